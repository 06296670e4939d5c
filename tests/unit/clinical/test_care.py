"""Identity, measurements, prescriptions, access: what a room may and may not do."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Forbidden, Invalid
from chassis.profiles import load
from contracts.facility import VitalLimits
from services.clinical.domain import (
    Clinician,
    identity,
    laboratory,
    prescribing,
    rights,
    vitals,
)

LIMITS = (
    VitalLimits(loinc="8310-5", name="Suhu tubuh", ucum="Cel", low=25, high=45),
    VitalLimits(loinc="29463-7", name="Berat badan", ucum="kg", low=0.3, high=300),
)
BORN = date(2025, 9, 19)
NURSE = Clinician("n1", "Bd. Sari", frozenset({"anak"}))


@pytest.mark.parametrize("said", ["AISYAH NUR", "  aisyah   nur ", "Aisyah Nur"])
def test_case_and_blanks_do_not_make_another_person(said: str) -> None:
    assert identity.matches((said, BORN), ("Aisyah Nur", BORN))


@pytest.mark.parametrize(
    "said", [("Aisyah Nur", date(2025, 9, 18)), ("Aisyah Nura", BORN), ("", BORN)]
)
def test_another_name_or_birth_date_is_another_person(said: tuple[str, date]) -> None:
    assert not identity.matches(said, ("Aisyah Nur", BORN))


@given(st.text(), st.dates())
def test_everybody_matches_themselves(name: str, born: date) -> None:
    assert identity.matches((name, born), (name, born))


@pytest.mark.parametrize("match", [None, False])
def test_nothing_is_examined_before_a_match(match: bool | None) -> None:
    with pytest.raises(identity.IdentityNotVerified):
        identity.require_verified(match)


@given(st.floats())
def test_a_value_is_kept_only_inside_the_range_of_the_profile(value: float) -> None:
    if 25 <= value <= 45:
        assert vitals.observe({"8310-5": value}, LIMITS)[0].ucum == "Cel"
        return
    with pytest.raises(Invalid) as refused:
        vitals.observe({"8310-5": value}, LIMITS)
    assert refused.value.field == "observations.8310-5"


def test_another_unit_than_the_profiles_is_refused() -> None:
    with pytest.raises(Invalid):
        vitals.observe({"29463-7": 9.1}, LIMITS, {"29463-7": "g"})


def test_an_unknown_measurement_is_refused() -> None:
    with pytest.raises(Invalid):
        vitals.observe({"1-1": 3}, LIMITS)


@pytest.mark.parametrize(
    ("born", "on", "months"),
    [
        (date(2025, 9, 19), date(2026, 11, 18), 13),
        (date(2025, 9, 19), date(2026, 11, 19), 14),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
    ],
)
def test_age_in_completed_months(born: date, on: date, months: int) -> None:
    assert vitals.age_months(born, on) == months


def line(drug: str = "paracetamol_120_syr", quantity: int = 1) -> prescribing.Line:
    return prescribing.Line(drug, "5 mL", "3 x sehari", 3, quantity)


def test_the_formulary_completes_a_line() -> None:
    (item,) = prescribing.items([line()])
    assert (item.form, item.strength, item.unit, item.route) == (
        "sirup", "120 mg/5 mL", "botol", "oral",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([line("aspirin")], "items.0.drug_code"),
        ([line(), line()], "items.1.drug_code"),
        ([line("paracetamol_500_tab", 31)], "items.0.quantity"),
        ([], "items"),
    ],
)
def test_a_line_the_pharmacy_cannot_fill_is_refused_where_it_stands(
    lines: list[prescribing.Line], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        prescribing.items(lines)
    assert refused.value.field == field


def test_a_test_is_ordered_once() -> None:
    assert laboratory.ordered(["718-7", "777-3", "718-7"]) == ("718-7", "777-3")


def test_a_room_sees_the_patients_routed_to_it() -> None:
    rights.require_access(NURSE, frozenset({"anak", "lab"}), "away")
    with pytest.raises(rights.NoUnit):
        rights.require_access(NURSE, frozenset({"kia"}), "waiting")


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_a_closed_visit_is_closed_unless_a_result_waits_to_be_read(state: str) -> None:
    with pytest.raises(Forbidden):
        rights.require_access(NURSE, frozenset({"anak"}), state)
    rights.require_access(NURSE, frozenset({"anak"}), state, unread=True)


def test_the_day_changes_at_the_centres_midnight() -> None:
    centre = load(Path("deploy/facilities"))["dharma_rini"]
    evening = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert vitals.today(evening, centre) == date(2026, 11, 22)
