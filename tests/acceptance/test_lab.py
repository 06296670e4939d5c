"""What the procedures ask of the laboratory: the slip with its origin, the result back to it."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.tables import outbox
from contracts.catalog import SERVICES
from contracts.lab_tests import TESTS
from tests.kit.centre import Centre, Client
from tests.kit.waiting import eventually

HAEMOGLOBIN = "718-7"
GIRL = {"full_name": "Aisyah Lestari", "sex": "F", "months": 14}
WOMAN = {"full_name": "Ni Wayan Suarni", "sex": "F", "months": 34 * 12}


async def examined(centre: Centre, facility: str, unit: str, who: dict[str, Any]) -> str:
    """Register somebody with JKN and bring them to the examination in `unit`; the visit's id."""
    clerk = await centre.client("clerk", facility)
    born = date.today() - timedelta(days=30 * who["months"] + 20)
    person = {"full_name": f"{who['full_name']} {uuid4().hex[:6]}", "birth_date": str(born)}
    patient = await clerk.post(
        "/registration/api/patients",
        person | {"sex": who["sex"], "nik_absent_reason": "Belum dibawa"},
    )
    visit = await clerk.post(
        "/registration/api/visits",
        {"patient_id": patient["id"], "payer": "jkn", "jkn_card": "0001234567890"},
    )
    assert visit["unit"] == unit
    nurse = await centre.client("nurse", facility)
    await _called(nurse, unit, visit["id"])
    encounter = f"/clinical/api/encounters/{visit['id']}"
    await eventually(lambda: _has_identity(nurse, encounter))
    await nurse.post(f"{encounter}/identity", person)
    await nurse.post(f"{encounter}/assessment", {"complaint": "Pucat dan lemas"})
    return str(visit["id"])


async def _called(nurse: Client, unit: str, visit_id: str) -> None:
    """Call patients until it is this one's turn."""

    async def call() -> bool:
        answer = await nurse.send("POST", "/clinical/api/worklist/call-next", {"unit": unit})
        return answer.status == 200 and answer.body["visit_id"] == visit_id

    await eventually(call)


async def _has_identity(nurse: Client, encounter: str) -> bool:
    return (await nurse.get(encounter))["patient"] is not None


async def asked(centre: Centre, facility: str, visit_id: str, *tests: str) -> str:
    """A lab slip of the room that examines the visit; the order's id, once the lab lists it."""
    doctor = await centre.client("doctor", facility)
    slip = await doctor.post(
        f"/clinical/api/encounters/{visit_id}/lab-requests", {"tests": tests or [HAEMOGLOBIN]}
    )
    analyst = await centre.client("analyst", facility)
    await eventually(lambda: listed(analyst, slip["id"]))
    return str(slip["id"])


async def listed(analyst: Client, order_id: str) -> dict[str, Any] | None:
    orders = await analyst.get("/lab/api/orders?limit=100")
    return next((order for order in orders if order["id"] == order_id), None)


async def carried(centre: Centre) -> str:
    """The data of every event that any service has published."""
    said: list[str] = []
    for service in SERVICES:
        async with centre.house.service(service).database.reading() as connection:
            said += (await connection.execute(sa.select(outbox.c.data))).scalars()
    return "\n".join(said)


async def worked(analyst: Client, order_id: str, *steps: str) -> None:
    for step in steps:
        body = {"values": {HAEMOGLOBIN: 8.1}} if step == "results" else {}
        await analyst.post(f"/lab/api/orders/{order_id}/{step}", body)


@pytest.mark.requirement("K3-2.5")
async def test_given_the_general_room_when_it_orders_a_test_then_the_lab_sees_where_it_came_from(
    centre: Centre,
) -> None:
    visit_id = await examined(centre, "klungkung2", "umum", WOMAN)
    order_id = await asked(centre, "klungkung2", visit_id)
    analyst = await centre.client("analyst", "klungkung2")
    order = await listed(analyst, order_id)
    assert order is not None
    assert order["origin_unit"] == "umum"
    assert order["full_name"].startswith("Ni Wayan Suarni")
    assert order["tests"] == [HAEMOGLOBIN]
    bench = await analyst.get("/lab/parts/worklist")
    assert "Pemeriksaan Umum" in bench


@pytest.mark.requirement("DR-5.6")
async def test_given_the_child_unit_when_a_result_is_released_then_it_and_the_child_return_there(
    centre: Centre,
) -> None:
    visit_id = await examined(centre, "dharma_rini", "anak", GIRL)
    order_id = await asked(centre, "dharma_rini", visit_id)
    analyst = await centre.client("analyst")
    await worked(
        analyst, order_id, "accept", "collect", "receive", "results", "validate", "release"
    )
    nurse = await centre.client("nurse")

    async def back_in_the_child_unit() -> bool:
        waiting = await nurse.get("/clinical/api/worklist?unit=anak")
        mine = [line for line in waiting if line["visit_id"] == visit_id]
        return [line["priority_class"] for line in mine] == ["internal_referral"]

    await eventually(back_in_the_child_unit)
    encounter = await nurse.get(f"/clinical/api/encounters/{visit_id}")
    assert [request["id"] for request in encounter["lab_requests"]] == [order_id]
    await _called(nurse, "anak", visit_id)
    await nurse.post(f"/clinical/api/encounters/{visit_id}/results/{order_id}/read")

    async def returned() -> bool:
        order = await analyst.get(f"/lab/api/orders/{order_id}")
        return bool(order["state"] == "returned")

    await eventually(returned)


async def test_given_a_haemolysed_specimen_when_rejected_then_it_is_taken_again_on_the_same_order(
    centre: Centre,
) -> None:
    visit_id = await examined(centre, "dharma_rini", "anak", GIRL)
    order_id = await asked(centre, "dharma_rini", visit_id)
    analyst = await centre.client("analyst")
    await worked(analyst, order_id, "accept", "collect", "receive")
    rejected = await analyst.post(
        f"/lab/api/orders/{order_id}/reject-specimen", {"reason": "haemolysed"}
    )
    assert (rejected["id"], rejected["state"]) == (order_id, "specimen_rejected")
    nurse = await centre.client("nurse")

    async def seen(reason: str | None) -> bool:
        (request,) = (await nurse.get(f"/clinical/api/encounters/{visit_id}"))["lab_requests"]
        return bool(request["recollect"] == reason)

    await eventually(lambda: seen("haemolysed"))
    too_early = await analyst.send(
        "POST", f"/lab/api/orders/{order_id}/results", {"values": {HAEMOGLOBIN: 8.1}}
    )
    assert (too_early.status, too_early.code) == (409, "illegal_transition")
    await worked(analyst, order_id, "collect", "receive", "results", "validate", "release")
    order = await analyst.get(f"/lab/api/orders/{order_id}")
    assert order["specimen_rejections"] == 1
    assert [item["rejection_reason"] for item in order["specimens"]] == ["haemolysed", None]
    assert order["state"] in {"released", "returned"}
    await eventually(lambda: seen(None))


async def test_given_no_reagent_when_the_lab_rejects_then_the_room_reads_why_and_the_child_is_back(
    centre: Centre,
) -> None:
    visit_id = await examined(centre, "dharma_rini", "anak", GIRL)
    order_id = await asked(centre, "dharma_rini", visit_id)
    analyst = await centre.client("analyst")
    await analyst.post(f"/lab/api/orders/{order_id}/reject", {"reason": "Reagen habis"})
    doctor = await centre.client("doctor")

    async def told() -> bool:
        encounter = await doctor.get(f"/clinical/api/encounters/{visit_id}")
        return "Reagen habis" in str(encounter["lab_requests"])

    async def back() -> bool:
        waiting = await doctor.get("/clinical/api/worklist?unit=anak")
        return visit_id in [line["visit_id"] for line in waiting]

    await eventually(told)
    await eventually(back)


async def test_given_restricted_tests_then_only_a_reference_travels_and_the_unit_opens_the_value(
    centre: Centre,
) -> None:
    restricted = [loinc for loinc, test in TESTS.items() if test.restricted]
    visit_id = await examined(centre, "dharma_rini", "anak", GIRL)
    order_id = await asked(centre, "dharma_rini", visit_id, *restricted)
    analyst = await centre.client("analyst")
    await worked(analyst, order_id, "accept", "collect", "receive")
    found = {"values": dict.fromkeys(restricted, "reactive")}
    await analyst.post(f"/lab/api/orders/{order_id}/results", found)
    await worked(analyst, order_id, "validate", "release")
    nurse = await centre.client("nurse")
    record = f"/clinical/api/encounters/{visit_id}"

    async def reference() -> list[dict[str, Any]]:
        (order,) = (await nurse.get(record))["lab_requests"]
        return [value for version in order["results"] for value in version["results"]]

    await eventually(reference)
    assert {(value["value"], value["flag"]) for value in await reference()} == {
        ("restricted", "restricted")
    }
    assert order_id in await carried(centre), "else the next line would prove nothing"
    assert "reactive" not in await carried(centre)
    page = f"/lab/orders/{order_id}/result"
    assert page in await nurse.get(f"/clinical/encounters/{visit_id}")
    assert (await nurse.get(page)).count("Reaktif") == len(restricted)
