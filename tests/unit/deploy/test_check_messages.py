"""The checker names every message that was lost, doubled, invented or out of order."""

import asyncio
from uuid import uuid4

from deploy.check import prove
from tests.unit.deploy.planted import Planted


def test_a_centre_where_everything_arrived_has_no_violation(centre: Planted) -> None:
    centre.deliver("a", 1)
    centre.deliver("a", 2)
    centre.deliver("b", 1)

    report = centre.check()

    assert not report.violations
    assert (report.produced, report.expected, report.handled) == (3, 3, 3)


def test_an_event_that_no_inbox_has_is_lost(centre: Planted) -> None:
    event_id = centre.send("a")

    assert centre.found() == [("lost", "clinical", str(event_id))]


def test_an_event_that_never_left_is_named(centre: Planted) -> None:
    event_id = centre.deliver("a")
    centre.run("registration", "UPDATE outbox SET published_at = NULL")

    assert centre.found() == [("unpublished", "registration", str(event_id))]


def test_an_event_type_that_is_not_in_the_catalogue_is_named(centre: Planted) -> None:
    event_id = centre.send("a", type_="registration.patient.vanished.v1")

    assert centre.found() == [("uncatalogued", "registration", str(event_id))]


def test_a_parked_message_is_listed_and_not_lost(centre: Planted) -> None:
    event_id = centre.send("a")
    centre.park(event_id, "a")

    report = centre.check()

    assert not report.violations
    assert [(m.service, m.event_id, m.state) for m in report.parked] == [
        ("clinical", str(event_id), "parked")
    ]


def test_a_discarded_message_is_listed_and_not_lost(centre: Planted) -> None:
    event_id = centre.send("a")
    centre.park(event_id, "a", "discarded")

    report = centre.check()

    assert not report.violations
    assert [m.state for m in report.parked] == ["discarded"]


def test_a_replayed_message_must_have_been_handled(centre: Planted) -> None:
    event_id = centre.send("a")
    centre.park(event_id, "a", "replayed")

    assert centre.found() == [("lost", "clinical", str(event_id))]


def test_an_event_handled_twice_is_a_duplicate(centre: Planted) -> None:
    event_id = centre.deliver("a")
    centre.without_constraints("clinical", "inbox")
    centre.run("clinical", "INSERT INTO inbox SELECT * FROM inbox")

    assert ("duplicated", "clinical", str(event_id)) in centre.found()


def test_an_event_both_handled_and_parked_is_a_duplicate(centre: Planted) -> None:
    event_id = centre.deliver("a")
    centre.park(event_id, "a")

    assert centre.found() == [("duplicated", "clinical", str(event_id))]


def test_an_event_that_nobody_sent_is_named(centre: Planted) -> None:
    event_id = uuid4()
    centre.handle(event_id, "a")

    assert centre.found() == [("unproduced", "clinical", str(event_id))]


def test_an_event_handled_by_a_service_it_is_not_for_is_named(centre: Planted) -> None:
    event_id = centre.deliver("a")
    centre.handle(event_id, "a", services=["lab"])

    assert centre.found() == [("unproduced", "lab", str(event_id))]


def test_a_missing_number_of_a_key_is_a_gap(centre: Planted) -> None:
    centre.deliver("a", 1)
    centre.deliver("a", 3)

    assert centre.found() == [("sequence_gap", "registration", "a")]


def test_a_counter_ahead_of_its_events_is_a_gap(centre: Planted) -> None:
    centre.deliver("a", 1)
    centre.run("registration", "UPDATE stream SET last_sequence = 2")

    assert centre.found() == [("sequence_gap", "registration", "a")]


def test_a_later_event_handled_first_has_overtaken(centre: Planted) -> None:
    first, second = centre.send("a", 1), centre.send("a", 2)
    centre.handle(second, "a", 2)
    centre.handle(first, "a", 1)

    assert centre.found() == [("overtaken", "clinical", str(first))]


def test_a_replayed_message_may_come_late(centre: Planted) -> None:
    first, second = centre.send("a", 1), centre.send("a", 2)
    centre.handle(second, "a", 2)
    centre.handle(first, "a", 1)
    centre.park(first, "a", "replayed")

    assert centre.found() == []


async def test_the_check_waits_until_a_message_on_its_way_has_arrived(centre: Planted) -> None:
    event_id = centre.send("a")
    check = asyncio.create_task(prove(centre.settings, settle=30.0))
    await asyncio.to_thread(centre.handle, event_id, "a")

    assert not (await check).violations
