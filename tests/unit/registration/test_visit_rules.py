"""Visits: where what is open puts the patient, whatever the order of the messages."""

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


def item(
    kind: str, state: str = "open", origin_unit: str = "anak", ref_id: UUID = SOME
) -> visits.Owed:
    return visits.Owed(kind, ref_id, origin_unit, state)


def step(here: str, *items: visits.Owed, priority: PriorityClass = REGULAR) -> Go | Finish | None:
    return visits.next_step(DHARMA_RINI, here, priority, items, "anak")


def test_a_lab_request_sends_the_patient_to_the_laboratory() -> None:
    order = item(LAB_ORDER, ref_id=uuid4())
    assert step("anak", item(ENCOUNTER), order) == Go(
        "lab", RouteReason.LAB_REQUEST, REGULAR, order.ref_id
    )


def test_with_a_second_order_the_patient_stays_in_the_laboratory() -> None:
    assert step("lab", item(ENCOUNTER), item(LAB_ORDER, "done"), item(LAB_ORDER)) is None


@pytest.mark.parametrize("state", ["done", "rejected"])
def test_the_last_answer_brings_the_patient_back_as_internal_referral(state: str) -> None:
    back = Go("anak", RouteReason.INTERNAL_REFERRAL, REFERRAL)
    assert step("lab", item(ENCOUNTER), item(LAB_ORDER, state)) == back


def test_an_emergency_comes_back_as_an_emergency() -> None:
    back = step("lab", item(ENCOUNTER), item(LAB_ORDER, "done"), priority=PriorityClass.EMERGENCY)
    assert isinstance(back, Go)
    assert back.priority is PriorityClass.EMERGENCY


@pytest.mark.parametrize("state", ["waiting", "in_service", "away"])
def test_a_patient_may_go_home_from_wherever_they_are(state: str) -> None:
    assert visits.is_terminal(visits.MACHINE.after(state, "leave"))


def test_a_prescription_waits_until_the_room_has_finished() -> None:
    assert step("anak", item(ENCOUNTER), item(PRESCRIPTION)) is None
    go = step("anak", item(ENCOUNTER, "done"), item(PRESCRIPTION))
    assert go == Go("apotik", RouteReason.PRESCRIPTION, REGULAR)


def test_a_rejected_prescription_brings_the_patient_back_to_who_wrote_it() -> None:
    back = step("apotik", item(ENCOUNTER), item(PRESCRIPTION, "rejected"))
    assert back == Go("anak", RouteReason.INTERNAL_REFERRAL, REFERRAL)


def test_nothing_open_ends_the_visit() -> None:
    done = (item(ENCOUNTER, "done"), item(LAB_ORDER, "done"), item(PRESCRIPTION, "done"))
    assert step("apotik", *done) == Finish()


owed = st.lists(
    st.builds(
        visits.Owed,
        st.sampled_from([ENCOUNTER, LAB_ORDER, PRESCRIPTION]),
        st.sampled_from(["open", "done", "rejected"]),
        st.sampled_from(["anak", "kia"]),
        st.uuids(),
    ),
    max_size=6,
)
places = st.sampled_from(["anak", "kia", "lab", "apotik"])


@given(places, owed)
def test_a_visit_ends_exactly_when_nothing_is_open(here: str, items: list[visits.Owed]) -> None:
    is_open = any(item.state == "open" for item in items)
    assert isinstance(step(here, *items), Finish) is not is_open


@given(places, owed)
def test_a_patient_who_was_moved_is_not_moved_again_by_the_same_facts(
    here: str, items: list[visits.Owed]
) -> None:
    first = step(here, *items)
    if isinstance(first, Go):
        assert first.unit != here
        assert step(first.unit, *items) is None


@given(places, owed, st.randoms())
def test_the_place_does_not_depend_on_the_order_of_what_is_open(
    here: str, items: list[visits.Owed], random: object
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


def test_a_closing_that_overtook_its_opening_stays() -> None:
    late, done = item(LAB_ORDER), item(LAB_ORDER, "done")
    assert visits.owing([], done, late) == [done]
    assert visits.owing([late], done) == [done]
