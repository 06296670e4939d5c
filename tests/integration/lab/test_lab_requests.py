"""What arrives from other services: taken once, never reset, refused or parked with its cause."""

from contracts import lab as events
from tests.integration.lab.room import LabRoom, result_read, step, steps
from tests.kit.samples import HAEMOGLOBIN, lab_requested, registered


async def test_a_request_delivered_twice_stands_once_on_the_worklist(lab: LabRoom) -> None:
    bodies = await lab.receive(lab_requested())
    await lab.deliver(bodies)
    async with lab.person() as ana:
        assert len((await ana.get("/api/orders")).json()) == 1
    assert len(await lab.published()) == 1


async def test_a_repeated_request_never_resets_an_order(lab: LabRoom) -> None:
    request = lab_requested()
    await lab.receive(request)
    async with lab.person() as ana:
        await steps(ana, request.order_id, "accept", "collect")
        await lab.receive(request)  # the same order in a message of its own
        order = (await ana.get(f"/api/orders/{request.order_id}")).json()
    assert order["state"] == "collected"
    assert len(await lab.published_of(events.OrderReceivedV1)) == 1
    assert await lab.parked() == []


async def test_a_test_this_laboratory_does_not_do_is_refused_at_once(lab: LabRoom) -> None:
    await lab.receive(lab_requested(HAEMOGLOBIN, "2345-7"))
    async with lab.person() as ana:
        assert (await ana.get("/api/orders")).json() == []
    received, rejected = await lab.published()
    assert isinstance(received, events.OrderReceivedV1)
    assert isinstance(rejected, events.OrderRejectedV1)
    assert "2345-7" in rejected.reason


async def test_a_request_from_an_unknown_unit_is_parked_and_holds_up_nobody(lab: LabRoom) -> None:
    good = lab_requested()
    await lab.receive(lab_requested(origin_unit="nowhere"), good)
    async with lab.person() as ana:
        listed = (await ana.get("/api/orders")).json()
    assert [line["id"] for line in listed] == [str(good.order_id)]
    assert [(row.type, row.code) for row in await lab.parked()] == [
        ("clinical.lab.requested.v1", "invalid")
    ]


async def test_reading_a_result_that_was_not_released_is_parked(lab: LabRoom) -> None:
    request = lab_requested()
    await lab.receive(request)
    await lab.receive(result_read(request.order_id, request.visit_id))
    assert [row.code for row in await lab.parked()] == ["illegal_transition"]


async def test_reading_twice_changes_nothing(lab: LabRoom) -> None:
    order_id = await lab.order()
    async with lab.person() as ana:
        await steps(ana, order_id, "accept", "collect", "receive", "results", "validate", "release")
        visit = (await ana.get(f"/api/orders/{order_id}")).json()["visit_id"]
        await lab.receive(result_read(order_id, visit), result_read(order_id, visit))
        order = (await ana.get(f"/api/orders/{order_id}")).json()
    assert order["state"] == "returned"
    assert await lab.parked() == []


async def test_many_patients_arrive_in_one_batch_and_the_last_word_counts(lab: LabRoom) -> None:
    wrong = registered(full_name="Aisyah N.")
    mended = wrong.model_copy(update={"full_name": "Aisyah Nuraini"})
    others = [registered(full_name=f"Pasien {n}") for n in range(20)]
    request = lab_requested(patient_id=wrong.patient_id)
    await lab.receive(wrong, *others, mended, request)
    async with lab.person() as ana:
        listed = (await ana.get("/api/orders")).json()
    assert [line["full_name"] for line in listed] == ["Aisyah Nuraini"]


async def test_another_centre_sees_and_moves_nothing(lab: LabRoom) -> None:
    order_id = await lab.order()
    async with lab.person(facility="klungkung2") as stranger:
        assert (await stranger.get("/api/orders")).json() == []
        assert (await stranger.get(f"/api/orders/{order_id}")).status_code == 404
        assert (await step(stranger, order_id, "accept")).status_code == 404
