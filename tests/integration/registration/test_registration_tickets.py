"""Tickets over HTTP on both databases: unique numbers, one holder per call, day by day."""

import asyncio
from datetime import UTC, datetime

from contracts.registration import QueueTicketCalledV1, QueueTicketIssuedV1
from services.registration.use_cases import tickets
from tests.integration.registration.desk import Desk
from tests.kit.rooms import good


async def test_numbers_given_at_the_same_moment_are_all_different(desk: Desk) -> None:
    async with desk.person("queue_machine") as machine:
        answers = await asyncio.gather(*(machine.post("/api/tickets", json={}) for _ in range(24)))
    numbers = sorted([good(answer)["number"] for answer in answers])
    assert numbers == list(range(1, 25))
    assert len(await desk.published_of(QueueTicketIssuedV1)) == 24


async def test_each_centre_counts_for_itself(desk: Desk) -> None:
    for facility in ("dharma_rini", "jatibaru"):
        async with desk.person("queue_machine", facility=facility) as machine:
            ticket = good(await machine.post("/api/tickets", json={}))
            assert ticket["ticket_no"] == "A-001"


async def test_two_desks_never_call_the_same_number(desk: Desk) -> None:
    async with desk.person() as clerk:
        for _ in range(6):
            good(await clerk.post("/api/tickets", json={}))
        answers = await asyncio.gather(
            *(clerk.post("/api/tickets/call-next", json={}) for _ in range(6))
        )
    called = [(good(answer))["ticket_no"] for answer in answers]
    assert sorted(called) == [f"A-{n:03d}" for n in range(1, 7)]


async def test_an_elderly_person_is_called_before_lower_regular_numbers(desk: Desk) -> None:
    async with desk.person() as clerk:
        for priority in ("regular", "regular", "elderly"):
            good(await clerk.post("/api/tickets", json={"priority_class": priority}))
        listed = good(await clerk.get("/api/tickets"))
        first = good(await clerk.post("/api/tickets/call-next", json={}))
    assert [row["number"] for row in listed] == [3, 1, 2]
    assert first["number"] == 3


async def test_a_call_is_shown_with_number_and_room_and_published(desk: Desk) -> None:
    async with desk.person() as clerk:
        good(await clerk.post("/api/tickets", json={}))
        good(await clerk.post("/api/tickets/call-next", json={"room": "Loket 2"}))
        shown = good(await clerk.get("/api/display"))
    assert [(row["ticket_no"], row["room"]) for row in shown] == [("A-001", "Loket 2")]
    event = (await desk.published_of(QueueTicketCalledV1))[0]
    assert (event.ticket_no, event.room, event.attempt) == ("A-001", "Loket 2", 1)


async def test_a_ticket_is_missed_called_back_once_and_expires(desk: Desk) -> None:
    async with desk.person() as clerk:
        ticket = good(await clerk.post("/api/tickets", json={}))
        path = f"/api/tickets/{ticket['id']}"
        good(await clerk.post("/api/tickets/call-next", json={}))
        assert (await clerk.post(f"{path}/missed")).status_code == 409
        good(await clerk.post(f"{path}/call", json={}))
        good(await clerk.post(f"{path}/call", json={}))
        assert (good(await clerk.post(f"{path}/missed")))["state"] == "missed"
        assert (good(await clerk.post(f"{path}/requeue", json={})))["state"] == "called"
        assert (good(await clerk.post(f"{path}/missed")))["state"] == "expired"
        again = await clerk.post(f"{path}/requeue", json={})
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")


async def test_an_old_picture_of_a_ticket_is_refused_before_any_rule(desk: Desk) -> None:
    async with desk.person() as clerk:
        ticket = good(await clerk.post("/api/tickets", json={}))
        path, old = f"/api/tickets/{ticket['id']}", {"If-Match": f'"{ticket["version"]}"'}
        good(await clerk.post("/api/tickets/call-next", json={}))
        answers = [
            await clerk.post(f"{path}/{step}", json={}, headers=old)
            for step in ("missed", "requeue", "void")
        ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "stale_version")
    ] * 3


async def test_numbers_begin_anew_each_day_and_yesterdays_tickets_end(desk: Desk) -> None:
    yesterday = datetime(2026, 11, 21, 3, tzinfo=UTC)
    async with desk.work(at=yesterday) as work:
        old = await tickets.issue_ticket(work, None)
        missed = await tickets.issue_ticket(work, None)
        await tickets.call_next(work)
    async with desk.work(at=datetime(2026, 11, 22, 1, tzinfo=UTC)) as work:
        new = await tickets.issue_ticket(work, None)
        assert new.number == 1
        assert (await tickets.get_ticket(work, old.id)).state == "expired"
        assert (await tickets.get_ticket(work, missed.id)).state == "void"


async def test_calling_with_nobody_waiting_says_so(desk: Desk) -> None:
    async with desk.person() as clerk:
        answer = await clerk.post("/api/tickets/call-next", json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_queue_machine_may_not_call(desk: Desk) -> None:
    async with desk.person("queue_machine") as machine:
        assert (await machine.post("/api/tickets/call-next", json={})).status_code == 403
