"""The state diagrams are current, every state can be reached, and is said in words."""

import pytest

from chassis.errors import IllegalTransition
from contracts.catalog import SERVICES
from deploy.contracts import STATES
from deploy.states import machines, page


def test_the_page_of_diagrams_is_current() -> None:
    assert STATES.read_text(encoding="utf-8") == page(), "run make contracts"


@pytest.mark.parametrize("service", SERVICES)
def test_every_state_is_reached_from_the_first(service: str) -> None:
    assert machines(service)
    for machine in machines(service):
        first = next(state for state, _ in machine.transitions)
        reached = {first}
        while (
            more := {
                after for (before, _), after in machine.transitions.items() if before in reached
            }
            - reached
        ):
            reached |= more
        assert reached == machine.states, machine.name


@pytest.mark.parametrize("service", SERVICES)
def test_every_state_is_said_in_words_where_a_step_is_refused(service: str) -> None:
    for machine in machines(service):
        assert machine.states <= machine.words.keys(), machine.name
        for state, words in machine.words.items():
            with pytest.raises(IllegalTransition) as refusal:
                machine.after(state, "no such step")
            assert f"“{words}”" in str(refusal.value)
            assert "_" not in words + words.said("en")
