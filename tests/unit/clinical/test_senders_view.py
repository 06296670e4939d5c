"""The sender's view of a lab request or prescription, whatever order its facts come in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import IllegalTransition
from services.clinical.domain import completion, requests

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
paths = st.sampled_from([requests.LAB, requests.PRESCRIPTION])


@given(paths, st.data())
def test_the_furthest_fact_wins_in_any_order(path: requests.Path, data: st.DataObject) -> None:
    facts = data.draw(st.lists(st.sampled_from(path.steps), min_size=1))
    state = path.steps[0]
    for fact in facts:
        state = path.follow(state, fact)
    assert path.steps.index(state) == max(path.steps.index(fact) for fact in facts)


@given(paths, st.data())
def test_the_query_moves_exactly_the_states_the_rule_moves(
    path: requests.Path, data: st.DataObject
) -> None:
    facts = (*path.steps, "rejected")
    state, fact = (
        data.draw(st.sampled_from((*facts, "cancelled"))),
        data.draw(st.sampled_from(facts)),
    )
    try:
        moves = path.follow(state, fact) != state
    except IllegalTransition:
        moves = False
    assert (state in path.before(fact)) == moves


@pytest.mark.parametrize("path", [requests.LAB, requests.PRESCRIPTION])
def test_what_was_begun_is_not_taken_back(path: requests.Path) -> None:
    assert path.cancelled("received") == "cancelled"
    for state in (*path.steps[path.steps.index("received") + 2 :], "cancelled"):
        with pytest.raises(requests.AlreadyBegun):
            path.cancelled(state)


def test_only_what_the_other_room_has_finished_overtakes_a_cancellation() -> None:
    assert requests.LAB.follow("cancelled", "in_progress") == "cancelled"
    assert requests.LAB.follow("cancelled", "returned") == "returned"
    assert requests.PRESCRIPTION.follow("cancelled", "prepared") == "cancelled"
    assert requests.PRESCRIPTION.follow("cancelled", "dispensed") == "dispensed"


def test_a_rejected_order_has_no_result() -> None:
    with pytest.raises(IllegalTransition):
        requests.LAB.follow("rejected", "returned")


@pytest.mark.parametrize(
    ("path", "begun"), [(requests.LAB, "in_progress"), (requests.PRESCRIPTION, "prepared")]
)
def test_what_was_begun_may_still_be_rejected(path: requests.Path, begun: str) -> None:
    assert path.follow(begun, "rejected") == "rejected"


def test_a_dispensed_prescription_cannot_be_rejected() -> None:
    with pytest.raises(IllegalTransition):
        requests.PRESCRIPTION.follow("dispensed", "rejected")


@given(st.lists(st.integers(1, 6), min_size=1))
def test_the_newest_version_of_a_result_wins_whenever_it_comes(versions: list[int]) -> None:
    state, known = "in_progress", 0
    for version in versions:
        state, known = requests.after_result(state, known, version)
    assert (state, known) == ("returned", max(versions))


def test_a_correction_is_unread_again_and_a_late_older_version_is_not() -> None:
    assert requests.after_result("read", 1, 2) == ("returned", 2)
    assert requests.after_result("read", 2, 1) == ("read", 2)


def test_nothing_new_cannot_be_read() -> None:
    requests.require_unread(known=2, read=1)
    with pytest.raises(requests.NothingToRead):
        requests.require_unread(known=2, read=2)


def test_a_request_waits_until_the_bus_has_it() -> None:
    assert requests.shown("requested", published=False) == "waiting"
    assert requests.shown("requested", published=True) == "sent"
    assert requests.shown("accepted", published=True) == "accepted"


@given(st.sampled_from(requests.LAB.steps), st.integers(0, 200))
def test_only_an_unanswered_request_becomes_overdue(state: str, minutes: int) -> None:
    late = requests.overdue(
        requests.LAB, state, AT - timedelta(minutes=minutes), AT, timedelta(minutes=60)
    )
    assert late == (state not in ("returned", "read") and minutes > 60)


def test_where_the_centre_says_no_time_no_request_becomes_overdue() -> None:
    assert not requests.overdue(requests.LAB, "requested", AT - timedelta(days=1), AT, None)


def test_completion_names_what_has_not_come_back() -> None:
    orders = [completion.LabOrder("accepted", ("718-7",)), completion.LabOrder("read", ("777-3",))]
    with pytest.raises(completion.ObligationsOpen) as refused:
        completion.require_nothing_open(orders)
    assert str(refused.value) == "1 permintaan belum kembali: Hemoglobin"


def test_completion_waits_for_an_unread_result() -> None:
    with pytest.raises(completion.ObligationsOpen) as refused:
        completion.require_nothing_open([completion.LabOrder("returned", ("718-7",))])
    assert "belum dibaca: Hemoglobin" in str(refused.value)


def rx(state: str, drug: str = "zinc_20", minute: int = 0) -> completion.Prescribed:
    """Issued, and brought into its state, at that minute."""
    return completion.Prescribed(state, (drug,), *[AT + timedelta(minutes=minute)] * 2)


def test_completion_waits_for_an_answer_to_a_rejection() -> None:
    with pytest.raises(completion.ObligationsOpen) as refused:
        completion.require_nothing_open([], [rx("rejected"), rx("dispensed")])
    assert "menolak resep: Zinc" in str(refused.value)
    completion.require_nothing_open([], [rx("rejected"), rx("requested", minute=1)])
    completion.require_nothing_open([], [rx("cancelled")])


def test_completion_is_free_when_all_is_read_or_rejected() -> None:
    completion.require_nothing_open(
        [completion.LabOrder("read", ("718-7",)), completion.LabOrder("rejected", ("777-3",))]
    )
