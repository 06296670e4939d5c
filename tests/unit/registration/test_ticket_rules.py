"""Tickets: the order of calling, their states, what may be chosen."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Conflict, IllegalTransition, Invalid
from contracts.facility import Queue
from contracts.values import PriorityClass
from services.registration.domain import tickets
from tests.unit.registration.profiles import DHARMA_RINI, QUEUE

REGULAR, ELDERLY = PriorityClass.REGULAR, PriorityClass.ELDERLY
REFERRAL, EMERGENCY = PriorityClass.INTERNAL_REFERRAL, PriorityClass.EMERGENCY
classes = st.sampled_from(PriorityClass)
waiting = st.lists(st.tuples(classes, st.integers(1, 999)), unique_by=lambda one: one[1])


def order(people: list[tuple[PriorityClass, int]], queue: Queue = QUEUE) -> list[int]:
    return [n for _, n in sorted(people, key=lambda one: tickets.calling_order(queue, *one))]


def test_elderly_and_referred_patients_go_before_regular_numbers() -> None:
    regular = [(REGULAR, number) for number in (1, 2, 3, 4)]
    assert order([*regular, (ELDERLY, 5), (REFERRAL, 6)]) == [5, 6, 1, 2, 3, 4]


def test_the_payer_cannot_be_part_of_the_order() -> None:
    assert list(inspect.signature(tickets.calling_order).parameters) == [
        "queue",
        "priority",
        "number",
    ]


@given(waiting)
def test_within_a_class_the_lower_number_goes_first(
    people: list[tuple[PriorityClass, int]],
) -> None:
    called = order(people)
    for chosen in PriorityClass:
        mine = [number for priority, number in people if priority is chosen]
        assert [number for number in called if number in mine] == sorted(mine)


@given(waiting)
def test_nobody_regular_is_called_before_somebody_with_priority(
    people: list[tuple[PriorityClass, int]],
) -> None:
    by_number = {number: priority for priority, number in people}
    is_regular = [by_number[number] is REGULAR for number in order(people)]
    assert is_regular == sorted(is_regular)


@given(waiting, st.randoms())
def test_the_order_does_not_depend_on_who_stood_where_in_the_list(
    people: list[tuple[PriorityClass, int]], random: object
) -> None:
    shuffled = list(people)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert order(shuffled) == order(people)


def test_a_centre_without_priority_classes_calls_by_number_alone() -> None:
    classless = QUEUE.model_copy(update={"priority": ()})
    assert order([(ELDERLY, 2), (REGULAR, 1)], classless) == [1, 2]


def test_an_emergency_goes_first_everywhere() -> None:
    assert order([(ELDERLY, 1), (EMERGENCY, 9)]) == [9, 1]


def test_a_number_is_printed_with_its_letter_and_three_digits() -> None:
    assert tickets.ticket_no("A", 14) == "A-014"


@pytest.mark.parametrize("priority", [REFERRAL, EMERGENCY])
def test_nobody_can_choose_to_be_an_emergency_or_a_referral(priority: PriorityClass) -> None:
    with pytest.raises(Invalid):
        tickets.chosen_class(DHARMA_RINI, priority)


def test_a_ticket_is_missed_only_after_the_calls_of_the_profile() -> None:
    with pytest.raises(Conflict):
        tickets.after_miss("called", 2, False, QUEUE)
    assert tickets.after_miss("called", 3, False, QUEUE) == "missed"


def test_a_missed_ticket_is_called_back_once_and_then_expires() -> None:
    assert tickets.MACHINE.after("missed", "requeue") == "called"
    assert tickets.after_miss("called", 4, True, QUEUE) == "expired"


@pytest.mark.parametrize("state", sorted(tickets.MACHINE.terminal))
@given(action=st.sampled_from(["call", "serve", "miss", "requeue", "expire", "void", "finish"]))
def test_nothing_happens_to_a_ticket_that_has_ended(state: str, action: str) -> None:
    with pytest.raises(IllegalTransition):
        tickets.MACHINE.after(state, action)
