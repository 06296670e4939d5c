"""Values and flags: what is read, what is refused, and what a value means for whom."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from contracts.values import Sex
from services.lab import domain

QUANTITIES = [test for test in domain.CATALOGUE.values() if test.kind is domain.Kind.QUANTITY]
CODED = [test for test in domain.CATALOGUE.values() if test.kind is domain.Kind.CODED]
RANK = {"critical_low": 0, "low": 1, "normal": 2, "unjudged": 2, "high": 3, "critical_high": 4}

quantities = st.sampled_from(QUANTITIES)
sexes = st.sampled_from(list(Sex))
ages = st.integers(min_value=0, max_value=110 * 365)
numbers = st.floats(min_value=0, max_value=2000, allow_nan=False)


@given(quantities, sexes, ages, numbers, numbers)
def test_flags_never_fall_when_the_value_rises(
    test: domain.LabTest, sex: Sex, age: int, one: float, other: float
) -> None:
    lower, upper = sorted((one, other))
    ranks = [RANK[domain.flag_of(test, value, sex, age)] for value in (lower, upper)]
    assert ranks == sorted(ranks)


@given(quantities, sexes, ages, numbers)
def test_a_value_inside_its_reference_is_normal_or_beyond_a_critical_limit(
    test: domain.LabTest, sex: Sex, age: int, value: float
) -> None:
    interval = domain.reference_for(test, sex, age)
    if interval and not interval.too_low(value) and not interval.too_high(value):
        flag = domain.flag_of(test, value, sex, age)
        assert flag == "normal" or flag.startswith("critical")


@given(quantities, sexes, ages, numbers)
def test_only_what_stands_inside_a_reference_is_called_normal(
    test: domain.LabTest, sex: Sex, age: int, value: float
) -> None:
    interval = domain.reference_for(test, sex, age)
    flag = domain.flag_of(test, value, sex, age)
    inside = interval is not None and not (interval.too_low(value) or interval.too_high(value))
    assert flag != "normal" or inside
    assert (flag == "unjudged") <= (interval is None)


@given(st.sampled_from(CODED), sexes, ages)
def test_a_coded_answer_is_judged_where_the_test_names_a_normal_one(
    test: domain.LabTest, sex: Sex, age: int
) -> None:
    for answer in test.answers:
        judged = "normal" if answer in test.normal_answers else "abnormal"
        expected = judged if test.normal_answers else "unjudged"
        assert domain.flag_of(test, answer, sex, age) == expected


#: Judged before adult age, from its own sources: haemoglobin, glucose, HbA1c.
OF_CHILDREN = {"718-7", "2339-0", "41653-7", "1558-6", "1521-4", "4548-4"}


@given(quantities, sexes, st.integers(min_value=0, max_value=18 * 365), numbers)
def test_the_ranges_of_adults_judge_no_child(
    test: domain.LabTest, sex: Sex, age: int, value: float
) -> None:
    if test.loinc not in OF_CHILDREN:
        flag = domain.flag_of(test, value, sex, age)
        assert flag == "unjudged" or flag.startswith("critical")


@pytest.mark.parametrize(
    ("loinc", "value", "sex", "days", "flag"),
    [
        ("718-7", 11.9, Sex.FEMALE, 30 * 365, "low"),
        ("718-7", 12, Sex.FEMALE, 30 * 365, "normal"),
        ("718-7", 12.5, Sex.MALE, 30 * 365, "low"),
        ("718-7", 5.4, Sex.FEMALE, 30 * 365, "critical_low"),
        ("718-7", 21.5, Sex.MALE, 30 * 365, "critical_high"),
        ("718-7", 7.9, Sex.MALE, 3, "critical_low"),
        ("718-7", 22, Sex.MALE, 3, "unjudged"),
        ("718-7", 9, Sex.FEMALE, 1, "unjudged"),
        ("718-7", 7, Sex.FEMALE, 90, "unjudged"),
        ("718-7", 10.4, Sex.FEMALE, 14 * 30, "low"),
        ("718-7", 10.5, Sex.FEMALE, 14 * 30, "normal"),
        ("4544-3", 36, Sex.MALE, 14 * 30, "unjudged"),
        ("4544-3", 36, Sex.MALE, 30 * 365, "low"),
        ("6690-2", 12, Sex.MALE, 14 * 30, "unjudged"),
        ("2160-0", 0.3, Sex.MALE, 14 * 30, "unjudged"),
        ("777-3", 50, Sex.MALE, 400, "critical_low"),
        ("777-3", 50, Sex.MALE, 30 * 365, "low"),
        ("2339-0", 139.9, Sex.MALE, 30 * 365, "normal"),
        ("2339-0", 140, Sex.MALE, 30 * 365, "high"),
        ("2339-0", 300, Sex.MALE, 10 * 365, "high"),
        ("2339-0", 45, Sex.MALE, 5, "unjudged"),
        ("2339-0", 45, Sex.MALE, 30 * 365, "critical_low"),
        ("2085-9", 40, Sex.MALE, 30 * 365, "low"),
        ("1920-8", 35, Sex.MALE, 30 * 365, "normal"),
        ("3084-1", 6.5, Sex.FEMALE, 30 * 365, "high"),
        ("3084-1", 6.5, Sex.MALE, 30 * 365, "normal"),
        ("2106-3", "positive", Sex.FEMALE, 30 * 365, "unjudged"),
    ],
)
def test_the_limits_of_the_catalogue(
    loinc: str, value: float | str, sex: Sex, days: int, flag: str
) -> None:
    assert domain.flag_of(domain.CATALOGUE[loinc], value, sex, days) == flag


@pytest.mark.parametrize(
    ("sex", "months", "cutoff"),
    [
        *((sex, months, 10.5) for sex in Sex for months in (6.1, 23.9)),
        *((sex, months, 11) for sex in Sex for months in (24.1, 59.9)),
        *((sex, months, 11.5) for sex in Sex for months in (60.1, 143.9)),
        *((sex, months, 12) for sex in Sex for months in (144.1, 179.9)),
        (Sex.FEMALE, 180.1, 12),
        (Sex.MALE, 180.1, 13),
    ],
)
def test_anaemia_begins_below_the_cutoff_of_age_and_sex(
    sex: Sex, months: float, cutoff: float
) -> None:
    """WHO 2024, ISBN 978-92-4-008854-2: not pregnant, at sea level."""
    test, days = domain.CATALOGUE["718-7"], round(months * 365.25 / 12)
    assert domain.flag_of(test, cutoff, sex, days) == "normal"
    assert domain.flag_of(test, cutoff - 0.1, sex, days) == "low"


def test_a_child_has_no_upper_limit_of_haemoglobin_and_an_infant_no_limit_at_all() -> None:
    test = domain.CATALOGUE["718-7"]
    assert domain.flag_of(test, 17, Sex.FEMALE, 10 * 365) == "normal"
    assert domain.reference_for(test, Sex.FEMALE, 5 * 30) is None


@pytest.mark.parametrize("raw", ["12,4", "12.4", " 12,4 ", 12.4])
def test_a_number_is_read_with_comma_or_point(raw: float | str) -> None:
    assert domain.read_value(domain.CATALOGUE["718-7"], raw) == 12.4


@pytest.mark.parametrize(
    "raw", ["", "banyak", "1e400", "nan", "inf", float("nan"), float("inf"), True, -3, "-3", 140]
)
def test_what_cannot_be_a_haemoglobin_is_refused_at_its_field(raw: float | str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.read_value(domain.CATALOGUE["718-7"], raw)
    assert refused.value.field == "values.718-7"


@pytest.mark.parametrize("raw", ["maybe", "", 1.0, "NEGATIVE"])
def test_a_coded_test_takes_only_its_answers(raw: float | str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.read_value(domain.CATALOGUE["75377-2"], raw)
    assert refused.value.field == "values.75377-2"


@given(st.text(max_size=20))
def test_no_text_is_ever_taken_for_a_coded_answer(raw: str) -> None:
    test = domain.CATALOGUE["80387-4"]
    if raw not in test.answers:
        with pytest.raises(Invalid):
            domain.read_value(test, raw)


def test_age_counts_completed_days_and_never_goes_below_zero() -> None:
    assert domain.age_in_days(date(2026, 11, 22), date(2026, 11, 22)) == 0
    assert domain.age_in_days(date(2026, 11, 22), date(2026, 12, 22)) == 30
    assert domain.age_in_days(date(2026, 11, 22), date(2026, 11, 1)) == 0
