"""Commands over HTTP: once each, never on an old picture, and a plain word where they are wrong."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.tables import outbox
from contracts.catalog import SERVICES
from tests.kit.centre import Answer, Centre
from tests.kit.journey import Journey
from tests.kit.samples import HAEMOGLOBIN, TEMPERATURE
from tests.kit.waiting import eventually

TICKETS = "/registration/api/tickets"
PATIENTS = "/registration/api/patients"
HUGE = b'{"text": "' + b"x" * 1_200_000 + b'"}'


def child(**changes: Any) -> dict[str, Any]:
    facts = {"full_name": "Aisyah Nuraini", "birth_date": "2025-09-18", "sex": "F"}
    return facts | {"nik": "3323015809250001"} | changes


def refused(answer: Answer, status: int, code: str, field: str | None = None) -> None:
    """The shape of every refusal (RFC 9457)."""
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["code"] == code, answer.body
    assert answer.body["status"] == status
    assert answer.body["type"] == f"https://alur.id/problems/{code}"
    assert answer.body["title"]
    assert answer.body["detail"]
    for error in answer.body.get("errors", []):
        assert error.keys() == {"field", "detail"}
        assert error["detail"]
    if field is not None:
        assert field in [error["field"] for error in answer.body["errors"]], answer.body


async def tickets(centre: Centre) -> list[Any]:
    clerk = await centre.client("clerk")
    return list(await clerk.get(f"{TICKETS}?limit=200"))


async def test_a_command_sent_again_is_done_once(centre: Centre) -> None:
    machine, key = await centre.client("queue_machine"), "mesin-1/7"
    first = await machine.send("POST", TICKETS, {}, key=key)
    again = await machine.send("POST", TICKETS, {}, key=key)
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["etag"] == first.headers["etag"] == '"1"'
    assert len(await tickets(centre)) == 1


async def test_eight_hands_on_one_button_make_one_ticket(centre: Centre) -> None:
    machine, key = await centre.client("queue_machine"), str(uuid4())
    answers = await asyncio.gather(*(machine.send("POST", TICKETS, {}, key=key) for _ in range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert len(await tickets(centre)) == 1


async def test_eight_different_buttons_make_eight_different_tickets(centre: Centre) -> None:
    machine = await centre.client("queue_machine")
    answers = await asyncio.gather(*(machine.post(TICKETS) for _ in range(8)))
    assert sorted(answer["number"] for answer in answers) == list(range(1, 9))


class Doubtful(Journey):
    """Sends every command twice, as a room does whose network broke before the answer came."""

    async def do(self, role: str, path: str, body: object = None) -> Any:
        client, key = await self.person(role), str(uuid4())
        first = await client.send("POST", path, body or {}, key=key)
        again = await client.send("POST", path, body or {}, key=key)
        assert first.status < 400, first.body
        assert (again.status, again.body) == (first.status, first.body), path
        return first.body

    async def soon(self, role: str, path: str, body: object = None) -> Any:
        """With one key until it is accepted, then once more with it."""
        client, key = await self.person(role), str(uuid4())

        async def accepted() -> Answer | None:
            answer = await client.send("POST", path, body or {}, key=key)
            return answer if answer.status < 400 else None

        first = await eventually(accepted)
        assert first is not None
        again = await client.send("POST", path, body or {}, key=key)
        assert (again.status, again.body) == (first.status, first.body), path
        return first.body


async def test_a_whole_visit_in_which_everything_is_sent_twice_happens_once(
    centre: Centre,
) -> None:
    journey = Doubtful(centre)
    await journey.finish()
    assert await tickets(centre) == [], "one ticket was issued, and it was called"
    events: Counter[str] = Counter()
    for service in SERVICES:
        async with centre.house.service(service).database.reading() as connection:
            about = sa.select(outbox.c.type).where(outbox.c.data.contains(journey.visit))
            events.update(await connection.scalars(about))
    for once in (
        "registration.visit.opened.v1",
        "clinical.lab.requested.v1",
        "lab.result.released.v1",
        "clinical.prescription.issued.v1",
        "pharmacy.prescription.dispensed.v1",
        "registration.visit.completed.v1",
    ):
        assert events[once] == 1, events


async def test_a_key_with_another_body_is_refused_and_a_key_belongs_to_its_owner(
    centre: Centre,
) -> None:
    clerk, key = await centre.client("clerk"), str(uuid4())
    registered = await clerk.send("POST", PATIENTS, child(), key=key)
    assert registered.status == 201
    other = await clerk.send("POST", PATIENTS, child(full_name="Bagas"), key=key)
    refused(other, 422, "idempotency_key_reused")
    elsewhere = await clerk.send("POST", TICKETS, child(), key=key)
    assert elsewhere.status == 422
    colleague = await centre.client("medical_record")
    same_key = await colleague.send("POST", PATIENTS, child(nik="3323015809250002"), key=key)
    assert same_key.status == 201
    assert same_key.body["id"] != registered.body["id"]
    too_long = await clerk.send("POST", PATIENTS, child(), key="k" * 200)
    refused(too_long, 422, "invalid", "Idempotency-Key")


async def test_a_change_on_an_old_picture_is_refused_and_nothing_is_lost(centre: Centre) -> None:
    machine, clerk = await centre.client("queue_machine"), await centre.client("clerk")
    ticket = await machine.post(TICKETS)
    place = f"{TICKETS}/{ticket['id']}"
    await clerk.post(f"{TICKETS}/call-next")
    seen = await clerk.send("GET", place)
    assert (seen.headers["etag"], seen.body["state"]) == ('"2"', "called")
    for stale in ('"1"', 'W/"1"', '"99"', "abc", '"-2"'):
        answer = await clerk.send("POST", f"{place}/call", {}, headers={"If-Match": stale})
        refused(answer, 409, "stale_version")
    assert (await clerk.send("GET", place)).body == seen.body
    done = await clerk.send("POST", f"{place}/call", {}, version=2)
    assert (done.status, done.headers["etag"]) == (200, '"3"')
    refused(await clerk.send("POST", f"{place}/call", {}, version=2), 409, "stale_version")


async def test_of_two_changes_at_once_one_wins_and_the_other_is_told(centre: Centre) -> None:
    machine, clerk = await centre.client("queue_machine"), await centre.client("clerk")
    ticket = await machine.post(TICKETS)
    await clerk.post(f"{TICKETS}/call-next")
    place = f"{TICKETS}/{ticket['id']}"
    answers = await asyncio.gather(
        *(clerk.send("POST", f"{place}/call", {}, version=2) for _ in range(6))
    )
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409, 409, 409]


@pytest.mark.parametrize("language", ["id", "en"])
async def test_what_cannot_be_read_is_refused_in_the_language_of_the_reader(
    centre: Centre, language: str
) -> None:
    clerk = await centre.client("clerk")
    spoken = {"Accept-Language": language, "Content-Type": "application/json"}
    english = language == "en"

    async def send(data: bytes) -> Answer:
        return await clerk.send("POST", PATIENTS, data=data, headers=spoken)

    broken = await send(b'{"full_name": ')
    refused(broken, 422, "invalid")
    assert broken.body["errors"][0]["detail"] == (
        "The request is not valid JSON" if english else "Isi permintaan bukan JSON yang sah"
    )
    wrong_type = await send(b'{"full_name": 7, "birth_date": 0, "sex": "X", "nik": 1}')
    refused(wrong_type, 422, "invalid")
    fields = {error["field"] for error in wrong_type.body["errors"]}
    assert fields == {"full_name", "birth_date", "sex", "nik"}
    unknown = await send(b'{"full_name": "A", "birth_date": "2020-01-01", "sex": "F", "ktp": 1}')
    refused(unknown, 422, "invalid", "ktp")
    assert unknown.body["errors"][0]["detail"] == (
        "This field is not known" if english else "Isian ini tidak dikenal"
    )
    nul = await send(b'{"full_name": "Siti\\u0000", "birth_date": "2020-01-01", "sex": "F"}')
    refused(nul, 422, "invalid")
    huge = await send(HUGE)
    refused(huge, 413, "too_large")
    assert huge.body["detail"] == ("The input is too long" if english else "Isian terlalu panjang")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nik": "33230158092500"}, "nik"),
        ({"nik": "332301580925000A"}, "nik"),
        ({"nik": "３３２３０１５８０９２５０００１"}, "nik"),
        ({"jkn_card": "123"}, "jkn_card"),
        ({"jkn_card": "00012345678901"}, "jkn_card"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": "2025-02-30"}, "birth_date"),
        ({"birth_date": "01/02/2025"}, "birth_date"),
        ({"full_name": "   "}, "full_name"),
        ({"full_name": "x" * 500}, "full_name"),
        ({"sex": "perempuan"}, "sex"),
    ],
)
@pytest.mark.mode("embedded")
async def test_a_malformed_patient_is_refused_at_the_field(
    centre: Centre, changes: dict[str, Any], field: str
) -> None:
    clerk = await centre.client("clerk")
    refused(await clerk.send("POST", PATIENTS, child(**changes)), 422, "invalid", field)
    found = await clerk.post(f"{PATIENTS}/search", {"nik": "3323015809250001"})
    assert found == []


async def test_wrong_values_and_steps_out_of_turn_change_nothing(centre: Centre) -> None:
    journey = Journey(centre)
    await journey.arrive()
    await journey.examine()
    midwife, pharmacist = await centre.client("midwife"), await centre.client("pharmacist")
    for value in (20.0, 50.0, -38.2, 1e308):
        body = {"complaint": "Demam", "observations": {TEMPERATURE: value}}
        answer = await midwife.send("POST", journey.care("assessment"), body)
        assert answer.status == 422, answer.body
        assert TEMPERATURE in answer.body["errors"][0]["field"]
    receipt = {"drug_code": "zinc_20", "lot": "A", "expiry": "2030-01-01"}
    for quantity in (0, -5, 10**12, 1.5, "banyak"):
        answer = await pharmacist.send(
            "POST", "/pharmacy/api/stock/receipts", receipt | {"quantity": quantity}
        )
        refused(answer, 422, "invalid", "quantity")
    await journey.request_lab()
    analyst = await centre.client("analyst")
    bench = f"/lab/api/orders/{journey.order}"
    await journey.soon("analyst", f"{bench}/accept")
    for early in ("validate", "release", "accept"):
        refused(await analyst.send("POST", f"{bench}/{early}"), 409, "illegal_transition")
    assert (await analyst.get(bench))["state"] == "accepted"
    refused(
        await analyst.send("POST", f"{bench}/results", {"values": {HAEMOGLOBIN: -1}}),
        409,
        "illegal_transition",
    )


async def test_what_is_not_there_is_not_found_and_no_id_is_no_fault(centre: Centre) -> None:
    everywhere = {
        "clerk": ("/registration/api/visits/{}", "/registration/api/patients/{}"),
        "analyst": ("/lab/api/orders/{}",),
        "pharmacist": ("/pharmacy/api/prescriptions/{}",),
        "midwife": ("/clinical/api/encounters/{}",),
        "head": ("/complaints/api/complaints/{}",),
    }
    for role, paths in everywhere.items():
        client = await centre.client(role)
        for path in paths:
            unknown = await client.send("GET", path.format(uuid4()))
            assert unknown.status == 404, path
            refused(unknown, 404, unknown.code)
            for strange in ("7", "x", "%00", "' OR 1=1"):
                answer = await client.send("GET", path.format(strange))
                assert answer.status in {404, 422}, path
                refused(answer, answer.status, answer.code)
        refused(await client.send("GET", "/lab/api/nothing-here"), 404, "not_found")
        refused(await client.send("PUT", "/lab/api/orders"), 405, "method_not_allowed")
