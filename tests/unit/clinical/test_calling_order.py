"""The order of calling and what happens to a patient who does not come."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import IllegalTransition
from chassis.profiles import load
from contracts.values import PriorityClass
from services.clinical.domain import queue

QUEUE = load(Path("deploy/facilities"))["dharma_rini"].queue
MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)

places = st.builds(
    queue.Place,
    rank=st.integers(0, queue.RANK_BEHIND),
    number=st.integers(1, 200),
    routed_at=st.integers(0, 400).map(lambda minutes: MORNING + timedelta(minutes=minutes)),
    visit_id=st.uuids(),
)


def place(number: int, priority: PriorityClass = PriorityClass.REGULAR) -> queue.Place:
    return queue.Place(QUEUE.rank(priority), number, MORNING, UUID(int=number))


def test_lab_returns_and_the_elderly_go_before_regular_numbers() -> None:
    waiting = [place(number) for number in (1, 2, 3, 4)]
    waiting += [place(5, PriorityClass.ELDERLY), place(6, PriorityClass.INTERNAL_REFERRAL)]
    assert [entry.number for entry in queue.calling_order(waiting)] == [5, 6, 1, 2, 3, 4]


def test_an_emergency_goes_before_everybody() -> None:
    waiting = [place(1, PriorityClass.ELDERLY), place(9, PriorityClass.EMERGENCY)]
    assert queue.calling_order(waiting)[0].number == 9


@given(st.lists(places, unique_by=lambda entry: entry.visit_id), st.randoms())
def test_the_order_does_not_depend_on_how_entries_arrive(
    entries: list[queue.Place], random: Random
) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert queue.calling_order(shuffled) == queue.calling_order(entries)


@given(st.lists(places, unique_by=lambda entry: entry.visit_id))
def test_no_higher_rank_and_no_lower_number_of_a_rank_is_overtaken(
    entries: list[queue.Place],
) -> None:
    ordered = queue.calling_order(entries)
    for first, second in itertools.pairwise(ordered):
        assert (first.rank, first.number) <= (second.rank, second.number)


def test_the_payer_is_no_part_of_the_order() -> None:
    assert queue.Place._fields == ("rank", "number", "routed_at", "visit_id")


@given(st.integers(0, 20), st.integers(1, 10))
def test_a_patient_is_called_again_only_as_often_as_the_profile_allows(
    attempt: int, max_calls: int
) -> None:
    if attempt < max_calls:
        queue.require_recall(attempt, max_calls)
        return
    with pytest.raises(queue.CallsExhausted):
        queue.require_recall(attempt, max_calls)


def test_a_missed_patient_goes_behind_everybody_once() -> None:
    once = queue.after_missed("called", rank=1, missed=0, attempt=3, max_calls=3)
    assert once == queue.Missed("waiting", queue.RANK_BEHIND, 1)
    twice = queue.after_missed("called", once.rank, once.missed, attempt=3, max_calls=3)
    assert twice.state == "absent"


def test_nobody_is_missed_before_the_last_call() -> None:
    with pytest.raises(queue.CallAgain):
        queue.after_missed("called", rank=2, missed=0, attempt=2, max_calls=3)


def test_an_emergency_keeps_its_rank() -> None:
    assert queue.after_missed("called", rank=0, missed=0, attempt=3, max_calls=3).rank == 0


@pytest.mark.parametrize("state", ["waiting", "in_service", "away", "done", "closed"])
def test_only_a_called_patient_can_be_missed(state: str) -> None:
    with pytest.raises(IllegalTransition):
        queue.after_missed(state, rank=2, missed=0, attempt=3, max_calls=3)


def test_the_canvas_draws_the_states_of_the_table() -> None:
    canvas = Path("services/clinical/README.md").read_text(encoding="utf-8")
    assert queue.ENTRY.mermaid() in canvas
