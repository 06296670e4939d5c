"""A whole visit of a patient with an unmistakable name leaves that name only where it belongs."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from chassis.auth import Identity
from chassis.outbox import waiting
from chassis.service import House
from chassis.tables import audit, inbox, outbox, parked
from chassis.telemetry import configure_logs
from contracts.catalog import EVENTS, SERVICES
from contracts.envelope import Privacy
from tests.kit.centre import Answer, Centre
from tests.kit.journey import Journey
from tests.kit.waiting import eventually

NAME = "Zulfikarmarkah Tersembunyi"
NIK = "3323015809259876"
MARKS = (*NAME.split(), NIK)
COMPLAINT_TEXT = "Suster Markahkeluhan membentak"
#: Attributes of a message beside its data: brokers, queues and dashboards show them.
ENVELOPE = ("type", "facility", "partitionkey", "correlationid", "causationid", "actor")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that the process writes to its log, at its most talkative."""
    stream = io.StringIO()
    before = structlog.get_config()
    handler = logging.StreamHandler(stream)
    root, level = logging.getLogger(), logging.getLogger().level
    configure_logs("DEBUG")
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(stream), cache_logger_on_first_use=False
    )
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        structlog.configure(**before)


def marked(centre: Centre) -> Journey:
    return Journey(centre, name=NAME, nik=NIK)


async def test_names_are_nowhere_that_operations_looks(log: io.StringIO, centre: Centre) -> None:
    journey = marked(centre)
    await journey.finish()
    refusals = await provoke(journey)
    await plant_parked(centre, journey)

    places = {
        "log": log.getvalue(),
        "metrics": await metrics(centre),
        "problems": "\n".join(json.dumps(answer.body) for answer in refusals),
        "operations": await operations(centre),
        "display": str(await (await centre.client("display")).get("/registration/display")),
    }
    for service in SERVICES:
        places |= await plumbing(centre.house, service)

    assert {answer.status for answer in refusals} <= {400, 404, 409, 413, 422}
    assert places["log"], "nothing was logged: the test would prove nothing"
    found = [f"{where}: {mark}" for where, text in places.items() for mark in MARKS if mark in text]
    assert found == []


async def provoke(journey: Journey) -> list[Answer]:
    """Refusals of every kind, with the name in what was sent."""
    clerk = await journey.person("clerk")
    midwife = await journey.person("midwife")
    patients = "/registration/api/patients"
    other = Journey(journey.centre, name="Bagas Pratama")
    await other.arrive()
    await other.examine()
    return [
        await clerk.send("POST", patients, journey.said | {"sex": NAME, "nik": NIK + "1"}),
        await clerk.send("POST", patients, {"full_name": [NAME], "nik": {"x": NIK}}),
        await clerk.send("POST", patients, data=f'{{"full_name": "{NAME}'.encode()),
        await clerk.send("POST", patients, journey.said | {"sex": "F", "nik": NIK + "\0"}),
        await clerk.send("GET", f"/registration/api/visits/{NIK}"),
        await clerk.send("GET", f"/registration/api/tickets?limit={NIK}"),
        await clerk.send("POST", "/registration/sign-in", data={"username": NAME, "password": ""}),
        await midwife.send("POST", other.care("complete"), {"icd10": [NAME]}),
        await midwife.send("POST", journey.care("identity"), {"full_name": NAME, "birth_date": 1}),
    ]


async def plant_parked(centre: Centre, journey: Journey) -> None:
    """Messages that cannot be handled, with the name at fault."""
    database = centre.house.service("registration").database
    receiver = centre.house.service("clinical").require_inbox()
    async with database.reading() as connection:
        row = (
            await connection.execute(
                sa.select(outbox.c.data)
                .where(outbox.c.type == "registration.patient.registered.v1")
                .order_by(outbox.c.seq.desc())
            )
        ).first()
    assert row is not None
    data = {**json.loads(row.data), "full_name": NAME, "sex": NAME, "birth_date": NIK}
    head: dict[str, Any] = {
        "specversion": "1.0",
        "id": "0198c000-0000-7000-8000-00000000000a",
        "type": "registration.patient.registered.v1",
        "source": "/alur/registration",
        "subject": "x",
        "time": "2026-01-05T03:00:00Z",
        "dataschema": "x",
        "facility": "dharma_rini",
        "sequence": "0000000001",
        "partitionkey": data["patient_id"],
        "correlationid": "x",
        "actor": "a;b;c",
        "privacy": "D",
    }
    await receiver.receive([json.dumps(head | {"data": data}).encode(), f"{NAME}".encode()])


async def metrics(centre: Centre) -> str:
    stranger = centre.stranger()
    return "".join([str(await stranger.get(f"/{service}/metrics")) for service in SERVICES])


async def operations(centre: Centre) -> str:
    admin, shown = await centre.client("admin"), []
    for service in SERVICES:
        shown.append(str(await admin.get(f"/{service}/operations/part")))
        shown.append(json.dumps(await admin.get(f"/{service}/api/operations")))
    assert any("birth_date" in part for part in shown), "the parked message is shown with its cause"
    return "".join(shown)


async def plumbing(house: House, service: str) -> dict[str, str]:
    """What the message side of a service keeps, without the data of the events themselves."""
    database = house.service(service).database
    async with database.reading() as connection:
        sent = (await connection.execute(sa.select(*(outbox.c[name] for name in ENVELOPE)))).all()
        held = await connection.execute(
            sa.select(*(column for column in parked.c if column.name != "body"))
        )
        seen = (await connection.execute(sa.select(inbox))).all()
        audited = (await connection.execute(sa.select(audit))).all()
        return {
            f"outbox of {service}": str(sent),
            f"parked causes of {service}": str(held.all()),
            f"inbox of {service}": str(seen),
            f"audit of {service}": str(audited),
        }


async def test_only_events_of_class_d_carry_an_identity(centre: Centre) -> None:
    await marked(centre).finish()
    carried = set()
    for service in SERVICES:
        async with centre.house.service(service).database.reading() as connection:
            for row in await connection.execute(sa.select(outbox.c.type, outbox.c.data)):
                if any(mark in row.data for mark in MARKS):
                    carried.add(row.type)
    assert "registration.patient.registered.v1" in carried, "else the test would prove nothing"
    assert {EVENTS[type_].privacy for type_ in carried} == {Privacy.IDENTITY}, carried


async def test_routing_keys_say_centre_and_type_only(centre: Centre) -> None:
    await marked(centre).arrive()
    for service in SERVICES:
        for message in await waiting(centre.house.service(service).database, 1000):
            assert message.routing_key == f"{message.facility}.{message.type}"


async def test_what_a_complainant_wrote_stays_in_the_complaints_room(
    log: io.StringIO, centre: Centre
) -> None:
    officer = await centre.client("complaints_officer")
    body = {"channel": "wa", "text": COMPLAINT_TEXT, "reporter_name": NAME, "contact": NIK}
    await officer.post("/complaints/api/complaints", body)

    async def is_out() -> bool:
        return not await waiting(centre.house.service("complaints").database, 10)

    await eventually(is_out)
    marks = (*MARKS, "Markahkeluhan")
    for service in SERVICES:
        async with centre.house.service(service).database.reading() as connection:
            for row in await connection.execute(sa.select(outbox)):
                assert not [mark for mark in marks if mark in str(row)], row.type
    assert not [mark for mark in marks if mark in log.getvalue() + await metrics(centre)]


async def test_a_token_names_no_patient_and_a_log_no_token(
    log: io.StringIO, centre: Centre
) -> None:
    await Journey(centre).register()
    who = Identity("x", "X", "dharma_rini", frozenset({"clerk"}), frozenset({"*"}))
    token = centre.house.tokens.issue(who)
    headers = {"Authorization": f"Bearer {token}"}
    await centre.stranger().send("GET", "/registration/api/tickets", headers=headers)
    await centre.stranger().send("GET", "/registration/api/tickets", headers={"Authorization": "x"})
    assert token not in log.getvalue()
    assert "alur-demo" not in log.getvalue()
