"""The operations page and its JSON: what is shown, and decisions that are taken once."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from chassis.operations import RECENT
from chassis.service import House
from chassis.tables import outbox, parked
from tests.kit.rooms import BareRoom, good, page
from tests.kit.samples import lab_requested

PARKED = "/api/operations/parked"
REASON = {"reason": "Unit sudah tidak ada"}


class Lab(BareRoom):
    name = "lab"
    role = "admin"

    async def park(self, *orders: UUID) -> list[str]:
        """Requests from a unit that does not exist; returns the ids of those that are held."""
        await self.receive(*(lab_requested(order_id=o, origin_unit="nowhere") for o in orders))
        return [str(row.event_id) for row in await self.parked()]

    async def mend(self) -> None:
        """The unit exists after all."""
        body = sa.func.replace(parked.c.body, "nowhere", "anak")
        async with self.database.writing() as connection:
            await connection.execute(sa.update(parked).values(body=body))

    async def states(self) -> list[str]:
        return [row.state for row in await self.parked()]


@pytest.fixture
async def lab(bare_house: House) -> Lab:
    return await Lab.empty(bare_house)


async def test_a_discard_is_done_even_if_the_next_message_cannot_be_handled(lab: Lab) -> None:
    first, second = await lab.park(order := uuid4(), order)

    answer = good(await lab.post(f"{PARKED}/{first}/discard", REASON))

    assert answer == {"event_id": first, "state": "discarded"}
    assert [(row.state, row.code) for row in await lab.parked()] == [
        ("discarded", "invalid"),
        ("parked", "invalid"),
    ]
    assert good(await lab.post(f"{PARKED}/{first}/discard", REASON)) == answer
    (head,) = good(await lab.get("/api/operations"))["messages"]
    assert (head["event_id"], head["behind"]) == (second, 0)


async def test_a_replay_in_vain_says_why_and_the_message_keeps_the_new_cause(lab: Lab) -> None:
    (first,) = await lab.park(uuid4())
    async with lab.database.writing() as connection:
        await connection.execute(sa.update(parked).values(code="unexpected", cause="KeyError"))

    answer = await lab.post(f"{PARKED}/{first}/replay", {})

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    (row,) = await lab.parked()
    assert (row.state, row.code) == ("parked", "invalid")
    assert row.cause == answer.json()["detail"]


@pytest.mark.parametrize("decision", ["replay", "discard"])
async def test_a_decision_keeps_its_answer_under_an_idempotency_key(
    decision: str, lab: Lab
) -> None:
    first, second = await lab.park(uuid4(), uuid4())
    await lab.mend()
    body, key = {} if decision == "replay" else REASON, {"idempotency-key": "k1"}

    answers = [await lab.post(f"{PARKED}/{first}/{decision}", body, **key) for _ in range(2)]
    other = await lab.post(f"{PARKED}/{second}/{decision}", body, **key)

    assert good(answers[0]) == good(answers[1])
    assert other.json()["code"] == "idempotency_key_reused"
    assert len(await lab.audited(f"message.{good(answers[0])['state']}")) == 1


async def test_the_page_decides_with_its_forms(lab: Lab) -> None:
    first, second, third = await lab.park(order := uuid4(), order, uuid4())
    await lab.mend()

    answers = [
        await lab.form(f"/operations/{first}/replay", {"idempotency_key": "k1"}),
        await lab.form(f"/operations/{third}/discard", REASON | {"idempotency_key": "k2"}),
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == "/lab/operations"
    assert await lab.states() == ["replayed", "replayed", "discarded"], second


async def test_another_centre_cannot_touch_it(lab: Lab) -> None:
    (first,) = await lab.park(uuid4())
    async with lab.person("admin", facility="tarik2") as stranger:
        for decision in ("replay", "discard"):
            answer = await stranger.post(f"{PARKED}/{first}/{decision}", json=REASON)
            assert answer.status_code == 404
        assert good(await stranger.get("/api/operations"))["messages"] == []
    assert await lab.states() == ["parked"]


async def test_the_page_shows_the_oldest_of_each_key_with_those_behind(lab: Lab) -> None:
    first, second = uuid4(), uuid4()
    ids = await lab.park(first, second, first, first)
    await lab.deliver([b"not to be read"])
    gone = sa.update(parked).where(parked.c.event_id == UUID(ids[0])).values(state="discarded")
    async with lab.database.writing() as connection:
        await connection.execute(gone)

    heads = good(await lab.get("/api/operations"))["messages"]
    async with lab.person() as admin:
        part = await page(admin, "/operations/part")

    assert [(head["event_id"], head["behind"]) for head in heads[:2]] == [(ids[1], 0), (ids[2], 1)]
    assert heads[2]["type"] == "unreadable"
    assert part.count("<small>Puskesmas Dharma Rini<") == 2
    assert "<small>Puskesmas tidak dikenal<" in part
    assert part.count("1 pesan menunggu di belakangnya") == 1


async def test_only_the_newest_messages_are_counted_by_type(lab: Lab) -> None:
    known = {
        "facility": "dharma_rini",
        "partitionkey": "k",
        "sequence": 1,
        "correlationid": "c",
        "actor": "a;b;c",
        "data": "{}",
        "recorded_at": datetime.now(UTC),
    }
    types = ["lab.order.received.v1", *["lab.result.released.v1"] * RECENT]
    rows = [{"event_id": uuid4(), "type": type_, **known} for type_ in types]
    async with lab.database.writing() as connection:
        await connection.execute(sa.insert(outbox), rows)

    async with lab.person() as admin:
        part = await page(admin, "/operations/part")

    assert "lab.result.released.v1" in part
    assert "lab.order.received.v1" not in part
