"""Name and birth date are compared after each call, before anything is done."""

from contracts.clinical import IdentityVerifiedV1
from tests.integration.clinical.rooms import (
    PARACETAMOL,
    Rooms,
    assess,
    call,
    do,
    done,
    examined,
    identify,
    ordered,
)
from tests.kit.rooms import page
from tests.kit.samples import BORN, HAEMOGLOBIN, released, routed


async def test_a_mismatch_is_recorded_and_blocks_the_assessment(rooms: Rooms) -> None:
    visit_id = await rooms.arrive()
    async with rooms.person() as sari:
        await call(sari)
        assert (await identify(sari, visit_id, "Aisyah Nurlela"))["match"] is False
        refused = await do(sari, visit_id, "assessment", complaint="Demam")
        assert (await identify(sari, visit_id, "  aisyah NURAINI "))["match"] is True
        await assess(sari, visit_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "identity_not_verified")
    verified = await rooms.published_of(IdentityVerifiedV1)
    assert [event.match for event in verified] == [False, True]


async def test_whoever_is_called_again_is_identified_again(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        await rooms.receive(
            routed(visit_id=visit_id, route_seq=2, to_unit="lab"),
            released(order_id, visit_id),
            routed(visit_id=visit_id, route_seq=3),
        )
        await call(sari)
        for step, body in (
            ("assessment", {"complaint": "Demam"}),
            ("lab-requests", {"tests": [HAEMOGLOBIN]}),
            ("prescriptions", {"items": [PARACETAMOL]}),
        ):
            refused = await do(sari, visit_id, step, **body)
            assert (refused.status_code, refused.json()["code"]) == (409, "identity_not_verified")
        shown = await page(sari, f"/encounters/{visit_id}")
        assert "Langkah pertama: cocokkan identitas" in shown
        assert "Kirim resep" not in shown
        await identify(sari, visit_id)
        await done(sari, visit_id, "prescriptions", items=[PARACETAMOL])


async def test_nobody_is_examined_uncalled(rooms: Rooms) -> None:
    visit_id = await rooms.arrive()
    async with rooms.person() as sari:
        body = {"full_name": "Aisyah Nuraini", "birth_date": str(BORN)}
        answer = await do(sari, visit_id, "identity", **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "patient_not_called")
