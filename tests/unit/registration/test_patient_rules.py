"""Patients: record numbers, what a NIK says, age to the day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from contracts.values import PriorityClass, Sex
from services.registration.domain import patients
from tests.unit.registration.profiles import QUEUE

days = st.dates(date(1910, 1, 1), date(2026, 12, 31))


def nik(born: date, sex: Sex) -> str:
    day = born.day + (40 if sex is Sex.FEMALE else 0)
    return f"332301{day:02d}{born:%m%y}0001"


@given(days, st.sampled_from(Sex))
def test_a_nik_that_agrees_gives_no_warning(born: date, sex: Sex) -> None:
    assert patients.nik_warnings(nik(born, sex), born, sex) == []


@given(days, st.sampled_from(Sex))
def test_another_birth_date_than_in_the_nik_is_warned_of(born: date, sex: Sex) -> None:
    other = born + timedelta(days=1)
    assert patients.nik_warnings(nik(born, sex), other, sex) == ["nik_birth_date"]


@given(days)
def test_another_sex_than_in_the_nik_is_warned_of(born: date) -> None:
    assert patients.nik_warnings(nik(born, Sex.FEMALE), born, Sex.MALE) == ["nik_sex"]


@given(st.text(max_size=20), days)
def test_no_text_in_the_place_of_a_nik_is_an_error(text: str, born: date) -> None:
    assert set(patients.nik_warnings(text, born, Sex.MALE)) <= {"nik_birth_date", "nik_sex"}


def test_record_numbers_are_printed_in_pairs_and_grow_past_a_million() -> None:
    assert patients.record_no(1247) == "00-12-47"
    assert patients.record_no(1_000_001) == "100-00-01"


@given(st.integers(1, 20_000_000), st.integers(1, 20_000_000))
def test_two_record_numbers_are_never_the_same(one: int, other: int) -> None:
    assert (patients.record_no(one) == patients.record_no(other)) == (one == other)


def test_names_are_found_whatever_their_capitals_and_spaces() -> None:
    assert patients.name_key("  SITI  Aminah ") == patients.name_key("siti aminah")


@pytest.mark.parametrize(
    ("born", "months"),
    [
        (date(2021, 11, 22), 60),
        (date(2021, 11, 23), 59),
        (date(2026, 11, 22), 0),
        (date(2008, 11, 23), 215),
    ],
)
def test_age_counts_completed_months(born: date, months: int) -> None:
    assert patients.age_months(born, date(2026, 11, 22)) == months


def test_exactly_sixty_is_elderly() -> None:
    today = date(2026, 11, 22)
    regular = PriorityClass.REGULAR
    assert patients.priority_of(QUEUE, regular, date(1966, 11, 22), today) == "elderly"
    assert patients.priority_of(QUEUE, regular, date(1966, 11, 23), today) == "regular"


def test_a_patient_without_nik_needs_a_reason() -> None:
    baby = patients.Facts("Bayi Ny. Sri", date(2026, 11, 22), Sex.FEMALE)
    with pytest.raises(Invalid) as refused:
        baby.check(date(2026, 11, 22))
    assert refused.value.field == "nik_absent_reason"


def test_nobody_is_born_tomorrow() -> None:
    new = patients.Facts("X", date(2026, 11, 23), Sex.MALE, nik_absent_reason="baru lahir")
    with pytest.raises(Invalid) as refused:
        new.check(date(2026, 11, 22))
    assert refused.value.field == "birth_date"


def test_what_was_typed_otherwise_of_a_known_patient_is_named() -> None:
    known = patients.Facts("Siti  Aminah", date(1990, 7, 5), Sex.FEMALE, nik="1" * 16).columns()
    same = patients.Facts("siti aminah", date(1990, 7, 5), Sex.FEMALE, village_code="33")
    other = patients.Facts("Budi", date(1990, 7, 6), Sex.MALE)
    assert same.differing(known) == []
    assert other.differing(known) == ["full_name", "birth_date", "sex"]
