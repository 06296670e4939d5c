"""The way of a prescription: three reviews, two identifiers, no way back from the hand-over."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import IllegalTransition
from contracts.values import ReviewChecks
from services.pharmacy import domain
from tests.kit.samples import rx_item
from tests.unit.pharmacy.samples import SAMPLE, prescription

ACTIONS = ("review", "hold", "prepare", "dispense", "reject", "amend", "cancel")


@given(st.lists(st.sampled_from(ACTIONS), max_size=12))
def test_nothing_is_dispensed_that_was_not_reviewed_and_then_prepared(actions: list[str]) -> None:
    state, path = "received", ["received"]
    for action in actions:
        if domain.MACHINE.allows(state, action):
            state = domain.MACHINE.after(state, action)
            path.append(state)
    if "dispensed" in path:
        assert path[-3:] == ["reviewed", "prepared", "dispensed"]


@pytest.mark.parametrize("state", ["dispensed", "rejected", "cancelled"])
@pytest.mark.parametrize("action", ACTIONS)
def test_what_was_handed_over_or_returned_stays_so(state: str, action: str) -> None:
    with pytest.raises(IllegalTransition):
        domain.MACHINE.after(state, action)


@pytest.mark.parametrize("state", sorted(domain.MACHINE.states - domain.MACHINE.terminal))
def test_no_prescription_is_stuck(state: str) -> None:
    """The pharmacy alone can end it, whatever became of the stock or the patient."""
    assert domain.MACHINE.after(state, "reject") == "rejected"


@given(st.booleans(), st.booleans(), st.booleans())
def test_only_three_passed_checks_go_on(a: bool, b: bool, c: bool) -> None:
    checks = ReviewChecks(administrative=a, pharmaceutical=b, clinical=c)
    assert domain.after_review("received", checks) == ("reviewed" if a and b and c else "received")


def test_a_prepared_prescription_is_not_reviewed_again() -> None:
    checks = ReviewChecks(administrative=True, pharmaceutical=True, clinical=False)
    with pytest.raises(IllegalTransition):
        domain.after_review("prepared", checks)


@pytest.mark.parametrize("spoken", ["Aisyah Nur", "  aisyah   NUR "])
def test_the_name_is_compared_without_case_or_spaces(spoken: str) -> None:
    domain.verify_hand_over(SAMPLE, spoken, date(2025, 9, 18), instructed=True)


@pytest.mark.parametrize(
    ("name", "born", "field"),
    [
        ("Aisyah", date(2025, 9, 18), "full_name"),
        ("Aisyah Nur", date(2025, 9, 19), "birth_date"),
    ],
)
def test_both_identifiers_must_match(name: str, born: date, field: str) -> None:
    with pytest.raises(domain.IdentityMismatch) as refused:
        domain.verify_hand_over(SAMPLE, name, born, instructed=True)
    assert refused.value.field == field
    assert "Aisyah" not in str(refused.value)


def test_nothing_is_handed_over_before_the_patient_is_known() -> None:
    unknown = prescription(full_name=None, birth_date=None)
    with pytest.raises(domain.IdentityUnknown):
        domain.verify_hand_over(unknown, "Aisyah Nur", date(2025, 9, 18), instructed=True)


def test_nothing_is_handed_over_without_instructions() -> None:
    with pytest.raises(domain.InstructionsMissing):
        domain.verify_hand_over(SAMPLE, "Aisyah Nur", date(2025, 9, 18), instructed=False)


def test_a_drug_on_two_lines_is_needed_twice() -> None:
    assert domain.needs(
        [rx_item("zinc_20", 10), rx_item("ors_sachet", 6), rx_item("zinc_20", 5)]
    ) == {
        "zinc_20": 15,
        "ors_sachet": 6,
    }


def codes(rx: domain.Prescription, **facts: dict[str, int]) -> set[tuple[str, str]]:
    plenty = {each.drug_code: 1000 for each in rx.items}
    hints = domain.review_hints(rx, facts.get("stock", plenty), facts.get("recent", {}))
    for hint in hints:
        assert hint.message % hint.params
    return {(hint.check, hint.code) for hint in hints if hint.warning}


def test_a_sound_prescription_raises_no_warning() -> None:
    assert codes(SAMPLE) == set()


@pytest.mark.parametrize("noted", ["amoksisilin", "Alergi Penisilin (ruam)", "obat penicillin"])
def test_an_allergy_to_the_drug_or_its_group_is_noticed(noted: str) -> None:
    rx = prescription(items=(rx_item("amoxicillin_500", 10),), allergies=(noted,))
    assert codes(rx) == {("clinical", "allergy")}


@pytest.mark.parametrize("noted", ["udang", "sulfa", "debu"])
def test_other_allergies_are_not_taken_for_it(noted: str) -> None:
    rx = prescription(items=(rx_item("amoxicillin_500", 10),), allergies=(noted,))
    assert codes(rx) == set()


def test_the_same_ingredient_in_two_forms_is_noticed() -> None:
    rx = prescription(items=(rx_item("paracetamol_120_syr"), rx_item("paracetamol_500_tab", 10)))
    assert codes(rx) == {("clinical", "duplicate")}


@given(st.integers(1, 60), st.integers(0, 60))
def test_the_quantity_of_the_last_thirty_days_counts(now: int, before: int) -> None:
    rx = prescription(items=(rx_item("paracetamol_500_tab", now),))
    found = codes(rx, recent={"paracetamol_500_tab": before})
    assert (("pharmaceutical", "over_period_limit") in found) == (now + before > 30)


@given(st.integers(1, 60), st.integers(0, 60))
def test_a_shortage_is_noticed_before_the_hand_over(wanted: int, on_hand: int) -> None:
    rx = prescription(items=(rx_item("zinc_20", wanted),))
    found = codes(rx, stock={"zinc_20": on_hand})
    assert (("pharmaceutical", "stock_short") in found) == (on_hand < wanted)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"weight_kg": None}, ("administrative", "weight_missing")),
        ({"full_name": None}, ("administrative", "name_missing")),
        ({"prescriber_name": " "}, ("administrative", "prescriber_missing")),
        ({"items": (rx_item("unknown_drug"),)}, ("pharmaceutical", "not_in_formulary")),
        ({"items": (rx_item(strength="250 mg"),)}, ("pharmaceutical", "form_differs")),
        ({"items": (rx_item(dose=""),)}, ("pharmaceutical", "dose_missing")),
    ],
)
def test_what_a_review_asks_for_and_misses_is_noticed(
    values: dict[str, object], expected: tuple[str, str]
) -> None:
    assert codes(prescription(**values)) == {expected}


def test_the_counter_calls_a_number_not_a_name() -> None:
    assert SAMPLE.ticket_no == "R-007"


def test_the_diagram_of_the_readme_is_the_table() -> None:
    readme = Path(domain.__file__).parents[1] / "README.md"
    assert domain.MACHINE.mermaid() in readme.read_text(encoding="utf-8")
