"""What the procedures ask of the laboratory: the slip with its origin, the result back to it."""

from typing import Any

import pytest
import sqlalchemy as sa

from chassis.tables import outbox
from contracts.catalog import SERVICES
from contracts.lab_tests import TESTS
from tests.acceptance.guest import ADULT, Guest, called
from tests.acceptance.registration_steps import born
from tests.kit.centre import Centre, Client
from tests.kit.samples import HAEMOGLOBIN
from tests.kit.waiting import eventually


async def examined_child(centre: Centre) -> Guest:
    child = await called(centre, "dharma_rini", born(months=14), role="doctor")
    await child.examined()
    return child


async def asked(guest: Guest, *tests: str) -> tuple[Client, str]:
    """The analyst, and a lab slip of the guest's room once the laboratory lists it."""
    analyst, order_id = await guest.person("analyst"), await guest.lab_requested(*tests)
    await eventually(lambda: listed(analyst, order_id))
    return analyst, order_id


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
    how = {"payer": "jkn", "jkn_card": "0001234567890"}
    woman = await called(centre, "klungkung2", born(years=34), role="doctor", **how)
    await woman.examined(ADULT)
    analyst, order_id = await asked(woman)
    order = await listed(analyst, order_id)
    assert order is not None
    assert order["origin_unit"] == "umum"
    assert order["full_name"] == woman.said["full_name"]
    assert order["tests"] == [HAEMOGLOBIN]
    bench = await analyst.get("/lab/parts/worklist")
    assert "Pemeriksaan Umum" in bench


@pytest.mark.requirement("DR-5.6")
async def test_given_the_child_unit_when_a_result_is_released_then_it_and_the_child_return_there(
    centre: Centre,
) -> None:
    child = await examined_child(centre)
    analyst, order_id = await asked(child)
    await worked(
        analyst, order_id, "accept", "collect", "receive", "results", "validate", "release"
    )

    async def back_in_the_child_unit() -> bool:
        waiting = await child.room.get("/clinical/api/worklist?unit=anak")
        mine = [line for line in waiting if line["visit_id"] == child.visit_id]
        return [line["priority_class"] for line in mine] == ["internal_referral"]

    await eventually(back_in_the_child_unit)
    encounter = await child.room.get(child.record)
    assert [request["id"] for request in encounter["lab_requests"]] == [order_id]
    await child.called()
    await child.room.post(f"{child.record}/results/{order_id}/read")

    async def returned() -> bool:
        order = await analyst.get(f"/lab/api/orders/{order_id}")
        return bool(order["state"] == "returned")

    await eventually(returned)


async def test_given_a_haemolysed_specimen_when_rejected_then_it_is_taken_again_on_the_same_order(
    centre: Centre,
) -> None:
    child = await examined_child(centre)
    analyst, order_id = await asked(child)
    await worked(analyst, order_id, "accept", "collect", "receive")
    rejected = await analyst.post(
        f"/lab/api/orders/{order_id}/reject-specimen", {"reason": "haemolysed"}
    )
    assert (rejected["id"], rejected["state"]) == (order_id, "specimen_rejected")

    async def seen(reason: str | None) -> bool:
        (request,) = (await child.room.get(child.record))["lab_requests"]
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
    child = await examined_child(centre)
    analyst, order_id = await asked(child)
    await analyst.post(f"/lab/api/orders/{order_id}/reject", {"reason": "Reagen habis"})

    async def told() -> bool:
        encounter = await child.room.get(child.record)
        return "Reagen habis" in str(encounter["lab_requests"])

    await eventually(told)
    await eventually(lambda: waits_in(child, "anak"))


async def test_given_a_begun_order_when_the_lab_gives_it_back_then_the_child_is_not_kept_waiting(
    centre: Centre,
) -> None:
    child = await examined_child(centre)
    analyst, order_id = await asked(child)
    await worked(analyst, order_id, "accept", "collect")
    await analyst.post(f"/lab/api/orders/{order_id}/reject-specimen", {"reason": "insufficient"})
    await analyst.post(f"/lab/api/orders/{order_id}/reject", {"reason": "Alat rusak"})

    async def told() -> bool:
        (request,) = (await child.room.get(child.record))["lab_requests"]
        return [request["state"], request["reason"], request["recollect"]] == [
            "rejected",
            "Alat rusak",
            None,
        ]

    await eventually(told)
    await eventually(lambda: waits_in(child, "anak"))
    await child.called()
    await child.completed()
    await eventually(child.is_home)


async def test_given_a_visit_that_has_ended_then_its_result_is_closed_to_the_room(
    centre: Centre,
) -> None:
    child = await examined_child(centre)
    analyst, order_id = await asked(child)
    await worked(
        analyst, order_id, "accept", "collect", "receive", "results", "validate", "release"
    )
    await eventually(lambda: waits_in(child, "anak"))
    await child.called()
    page = f"/lab/orders/{order_id}/result"
    assert child.said["full_name"] in await child.room.get(page)
    await child.room.post(f"{child.record}/results/{order_id}/read")
    await child.completed()

    async def closed() -> bool:
        answer = await child.room.send("GET", page)
        return answer.status == 403 and answer.code == "no_open_visit"

    await eventually(closed)
    assert child.said["full_name"] in await analyst.get(page)


async def waits_in(child: Guest, unit: str) -> bool:
    waiting = await child.room.get(f"/clinical/api/worklist?unit={unit}")
    return child.visit_id in [line["visit_id"] for line in waiting]


async def test_given_restricted_tests_then_only_a_reference_travels_and_the_unit_opens_the_value(
    centre: Centre,
) -> None:
    restricted = [loinc for loinc, test in TESTS.items() if test.restricted]
    child = await examined_child(centre)
    analyst, order_id = await asked(child, *restricted)
    await worked(analyst, order_id, "accept", "collect", "receive")
    found = {"values": dict.fromkeys(restricted, "reactive")}
    await analyst.post(f"/lab/api/orders/{order_id}/results", found)
    await worked(analyst, order_id, "validate", "release")

    async def reference() -> list[dict[str, Any]]:
        (order,) = (await child.room.get(child.record))["lab_requests"]
        return [value for version in order["results"] for value in version["results"]]

    await eventually(reference)
    assert {(value["value"], value["flag"]) for value in await reference()} == {
        ("restricted", "restricted")
    }
    assert order_id in await carried(centre), "else the next line would prove nothing"
    assert "reactive" not in await carried(centre)
    page = f"/lab/orders/{order_id}/result"
    assert page in await child.room.get(f"/clinical/encounters/{child.visit_id}")
    assert (await child.room.get(page)).count("Reaktif") == len(restricted)
