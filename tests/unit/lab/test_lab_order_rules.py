"""The life of a laboratory order: only the table's steps, whatever is pressed."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import IllegalTransition, Invalid
from contracts.facility import Facility
from services.lab import domain

ACTIONS = sorted({action for _, action in domain.MACHINE.transitions})
HAPPY = ["accept", "collect", "receive", "enter", "validate", "release", "read"]


@given(st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_any_sequence_of_actions_only_follows_the_table(actions: list[str]) -> None:
    state = "requested"
    for action in actions:
        expected = domain.MACHINE.transitions.get((state, action))
        if expected is None:
            with pytest.raises(IllegalTransition):
                domain.MACHINE.after(state, action)
        else:
            state = domain.MACHINE.after(state, action)


@given(st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_nothing_is_released_without_specimen_values_and_validation(actions: list[str]) -> None:
    state, done = "requested", []
    for action in actions:
        if domain.MACHINE.allows(state, action):
            state = domain.MACHINE.after(state, action)
            done.append(action)
    if state in {"released", "returned"}:
        assert [step for step in HAPPY[:6] if step in done] == HAPPY[:6]


def test_the_diagram_of_the_canvas_is_the_table() -> None:
    canvas = Path(domain.__file__).parents[1] / "README.md"
    assert domain.MACHINE.mermaid() in canvas.read_text(encoding="utf-8")


def test_the_straight_way_ends_returned() -> None:
    state = "requested"
    for action in HAPPY:
        state = domain.MACHINE.after(state, action)
    assert state == "returned"


def test_a_rejected_specimen_is_collected_again_on_the_same_order() -> None:
    for state in ("collected", "received"):
        rejected = domain.MACHINE.after(state, "reject_specimen")
        assert domain.MACHINE.after(rejected, "collect") == "collected"


@pytest.mark.parametrize("state", sorted(domain.OPEN_STATES))
def test_no_open_order_is_stuck(state: str) -> None:
    """The laboratory alone can end it: validated values are released, anything else given back."""
    assert domain.MACHINE.allows(state, "release" if state == "validated" else "reject")


@pytest.mark.parametrize("state", ["validated", "released", "returned"])
def test_what_was_validated_is_not_given_back(state: str) -> None:
    with pytest.raises(IllegalTransition):
        domain.MACHINE.after(state, "reject")


def test_values_may_be_entered_again_only_until_validation() -> None:
    assert domain.MACHINE.after("in_analysis", "enter") == "in_analysis"
    with pytest.raises(IllegalTransition):
        domain.MACHINE.after("validated", "enter")


def test_every_open_state_has_a_next_step_that_the_table_allows() -> None:
    assert set(domain.NEXT_STEP) == domain.OPEN_STATES
    for state, action in domain.NEXT_STEP.items():
        assert domain.MACHINE.allows(state, action)


def test_a_request_for_an_unknown_test_is_refused_by_name() -> None:
    assert "1234-5" in domain.refusal_of(["718-7", "1234-5"])
    assert domain.refusal_of(["718-7"]) == ""
    assert domain.refusal_of([]) != ""


def test_the_origin_unit_must_be_one_of_the_centre(facility: Facility) -> None:
    domain.check_unit(facility, "anak")
    with pytest.raises(Invalid) as refused:
        domain.check_unit(facility, "nowhere")
    assert refused.value.field == "origin_unit"


def test_only_the_specimen_types_that_are_missing_are_taken() -> None:
    tests = ["718-7", "20454-5", "777-3"]
    assert domain.wanted_specimens(tests, ()) == ("whole_blood", "urine")
    assert domain.wanted_specimens(tests, {"urine"}) == ("whole_blood",)


def test_validation_names_the_test_without_a_value() -> None:
    domain.check_complete(["718-7"], {"718-7"})
    with pytest.raises(domain.ResultsIncomplete) as refused:
        domain.check_complete(["718-7", "777-3"], {"718-7"})
    assert refused.value.field == "values.777-3"


def test_a_second_person_is_needed_only_where_the_profile_says_so(facility: Facility) -> None:
    domain.check_second_person(facility, "ana", {"ana"})
    strict = facility.model_copy(
        update={"lab": facility.lab.model_copy(update={"two_person_validation": True})}
    )
    domain.check_second_person(strict, "budi", {"ana"})
    with pytest.raises(domain.SecondPersonNeeded) as refused:
        domain.check_second_person(strict, "ana", {"ana", "budi"})
    assert refused.value.code == "second_person_needed"


@given(st.integers(min_value=1, max_value=99_999), st.integers(min_value=1, max_value=99_999))
def test_two_numbers_of_a_day_give_two_accession_numbers(a: int, b: int) -> None:
    day = date(2026, 11, 22)
    assert (domain.accession_no(day, a) == domain.accession_no(day, b)) == (a == b)
    assert domain.accession_no(day, 14) == "L-261122-014"
