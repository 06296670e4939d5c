"""A machine does what its table says and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import IllegalTransition
from chassis.states import Machine

WORDS = st.sampled_from(["asked", "accepted", "done", "refused", "lost"])
ACTIONS = st.sampled_from(["accept", "refuse", "finish", "reopen"])
TABLES = st.dictionaries(st.tuples(WORDS, ACTIONS), WORDS, min_size=1)


@given(TABLES, WORDS, ACTIONS)
def test_only_what_the_table_has_is_done(
    table: dict[tuple[str, str], str], state: str, action: str
) -> None:
    machine = Machine("order", table)
    if (state, action) in table:
        assert machine.allows(state, action)
        assert machine.after(state, action) == table[state, action]
        return
    assert not machine.allows(state, action)
    with pytest.raises(IllegalTransition) as refusal:
        machine.after(state, action)
    assert refusal.value.status == 409
    assert state in str(refusal.value)


@given(TABLES, st.lists(ACTIONS))
def test_no_walk_leaves_the_states_of_the_table(
    table: dict[tuple[str, str], str], actions: list[str]
) -> None:
    machine = Machine("order", table)
    state = next(iter(table))[0]
    for action in actions:
        if state in machine.terminal:
            assert not machine.allows(state, action)
        if machine.allows(state, action):
            state = machine.after(state, action)
        assert state in machine.states


@given(TABLES)
def test_every_transition_is_drawn_once(table: dict[tuple[str, str], str]) -> None:
    drawn = Machine("order", table).mermaid().splitlines()
    assert drawn[0] == "stateDiagram-v2"
    assert len(set(drawn)) == len(drawn) == len(table) + 1


def test_a_machine_keeps_its_own_table() -> None:
    table = {("asked", "accept"): "accepted"}
    machine = Machine("order", table)
    table["asked", "refuse"] = "refused"
    assert not machine.allows("asked", "refuse")
