"""Visits: where what is open puts the patient, whatever the order of the messages."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Conflict, IllegalTransition
from contracts.registration import RouteReason
from contracts.values import PriorityClass
from services.registration.domain import visits
from services.registration.domain.visits import ENCOUNTER, LAB_ORDER, PRESCRIPTION, Finish, Go
from tests.unit.registration.profiles import DHARMA_RINI

REGULAR, REFERRAL = PriorityClass.REGULAR, PriorityClass.INTERNAL_REFERRAL


SOME = UUID(int=1)


@dataclass(frozen=True)
class Item:
    kind: str
    state: str = "open"
    origin_unit: str = "anak"
    ref_id: UUID = SOME


def step(here: str, *owed: Item, priority: PriorityClass = REGULAR) -> Go | Finish | None:
    return visits.next_step(DHARMA_RINI, here, priority, owed, "anak")


def test_a_lab_request_sends_the_patient_to_the_laboratory() -> None:
    order = Item(LAB_ORDER, ref_id=uuid4())
    assert step("anak", Item(ENCOUNTER), order) == Go(
        "lab", RouteReason.LAB_REQUEST, REGULAR, order.ref_id
    )


def test_with_a_second_order_the_patient_stays_in_the_laboratory() -> None:
    assert step("lab", Item(ENCOUNTER), Item(LAB_ORDER, "done"), Item(LAB_ORDER)) is None


@pytest.mark.parametrize("state", ["done", "rejected"])
def test_the_last_answer_brings_the_patient_back_as_internal_referral(state: str) -> None:
    back = Go("anak", RouteReason.INTERNAL_REFERRAL, REFERRAL)
    assert step("lab", Item(ENCOUNTER), Item(LAB_ORDER, state)) == back


def test_an_emergency_comes_back_as_an_emergency() -> None:
    back = step("lab", Item(ENCOUNTER), Item(LAB_ORDER, "done"), priority=PriorityClass.EMERGENCY)
    assert isinstance(back, Go)
    assert back.priority is PriorityClass.EMERGENCY


def test_a_prescription_waits_until_the_room_has_finished() -> None:
    assert step("anak", Item(ENCOUNTER), Item(PRESCRIPTION)) is None
    go = step("anak", Item(ENCOUNTER, "done"), Item(PRESCRIPTION))
    assert go == Go("apotik", RouteReason.PRESCRIPTION, REGULAR)


def test_a_rejected_prescription_brings_the_patient_back_to_who_wrote_it() -> None:
    back = step("apotik", Item(ENCOUNTER), Item(PRESCRIPTION, "rejected"))
    assert back == Go("anak", RouteReason.INTERNAL_REFERRAL, REFERRAL)


def test_nothing_open_ends_the_visit() -> None:
    done = (Item(ENCOUNTER, "done"), Item(LAB_ORDER, "done"), Item(PRESCRIPTION, "done"))
    assert step("apotik", *done) == Finish()


owed = st.lists(
    st.builds(
        Item,
        st.sampled_from([ENCOUNTER, LAB_ORDER, PRESCRIPTION]),
        st.sampled_from(["open", "done", "rejected"]),
        st.sampled_from(["anak", "kia"]),
        st.uuids(),
    ),
    max_size=6,
)
places = st.sampled_from(["anak", "kia", "lab", "apotik"])


@given(places, owed)
def test_a_visit_ends_exactly_when_nothing_is_open(here: str, items: list[Item]) -> None:
    is_open = any(item.state == "open" for item in items)
    assert isinstance(step(here, *items), Finish) is not is_open


@given(places, owed)
def test_a_patient_who_was_moved_is_not_moved_again_by_the_same_facts(
    here: str, items: list[Item]
) -> None:
    first = step(here, *items)
    if isinstance(first, Go):
        assert first.unit != here
        assert step(first.unit, *items) is None


@given(places, owed, st.randoms())
def test_the_place_does_not_depend_on_the_order_of_what_is_open(
    here: str, items: list[Item], random: object
) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = step(here, *items), step(here, *shuffled)
    assert getattr(one, "unit", one) == getattr(other, "unit", other)


def test_a_visit_is_cancelled_only_before_a_room_has_called() -> None:
    assert visits.cancelled("waiting", started=False) == "cancelled"
    with pytest.raises(Conflict):
        visits.cancelled("waiting", started=True)


@pytest.mark.parametrize("state", ["completed", "cancelled"])
@pytest.mark.parametrize("action", ["call", "send", "return", "complete", "cancel", "route"])
def test_a_visit_that_has_ended_never_opens_again(state: str, action: str) -> None:
    with pytest.raises(IllegalTransition):
        visits.MACHINE.after(state, action)
