"""A prescription from its arrival to the hand-over, on both databases."""

from uuid import UUID, uuid4

import pytest

from tests.integration.pharmacy.room import CHECKED, Room, issued
from tests.kit.samples import BORN, NAME, registered


async def test_a_prescription_is_reviewed_prepared_and_handed_over(room: Room) -> None:
    await room.stock("paracetamol_120_syr", 5)
    rx_id = await room.prescribe(paracetamol_120_syr=2)
    listed = (await room.get("/api/prescriptions")).json()
    assert [(rx["id"], rx["full_name"], rx["ticket_no"]) for rx in listed] == [
        (str(rx_id), NAME, "R-001")
    ]
    await room.prepare(rx_id)
    answer = await room.dispense(rx_id)
    assert (answer.status_code, answer.json()["state"]) == (200, "dispensed")
    assert (await room.get("/api/prescriptions")).json() == []
    details = (await room.get(f"/api/prescriptions/{rx_id}")).json()
    assert [(each["lot"], each["quantity"]) for each in details["handed_over"]] == [("L1", 2)]
    assert await room.published_types() == [
        "prescription.received.v1",
        "prescription.reviewed.v1",
        "prescription.prepared.v1",
        "prescription.dispensed.v1",
    ]


async def test_a_failed_check_is_kept_and_the_prescription_stays(room: Room) -> None:
    rx_id = await room.prescribe()
    failed = CHECKED | {"clinical": False}
    answer = await room.post(f"/api/prescriptions/{rx_id}/review", failed)
    assert (answer.json()["state"], answer.json()["checks"]) == ("received", failed)
    refused = await room.post(f"/api/prescriptions/{rx_id}/prepare", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
    rejected = await room.post(f"/api/prescriptions/{rx_id}/reject", {"reason": "Alergi"})
    assert rejected.json()["state"] == "rejected"
    assert await room.published_types() == [
        "prescription.received.v1",
        "prescription.rejected.v1",
    ]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"full_name": "Aisyah"}, "identity_mismatch"),
        ({"birth_date": "2020-09-19"}, "identity_mismatch"),
        ({"instructions_given": False}, "instructions_missing"),
    ],
)
async def test_the_wrong_person_gets_nothing(room: Room, said: dict[str, str], code: str) -> None:
    await room.stock("paracetamol_120_syr", 5)
    rx_id = await room.prescribe()
    await room.prepare(rx_id)
    answer = await room.dispense(rx_id, **said)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert await room.lots() == {"L1": 5}


async def test_pages_joined_are_the_whole_list(room: Room) -> None:
    ids = [str(await room.prescribe()) for _ in range(5)]
    paged: list[str] = []
    after: dict[str, str] = {}
    async with room.person() as ana:
        path = "/api/prescriptions"
        while page := (await ana.get(path, params={"limit": "2"} | after)).json():
            paged += [rx["id"] for rx in page]
            after = {"after": paged[-1]}
            await room.step(UUID(paged[-1]), "reject", reason="Tidak diambil")
    assert paged == ids


async def test_a_page_after_an_unknown_prescription_is_refused(room: Room) -> None:
    answer = await room.get(f"/api/prescriptions?after={uuid4()}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "after"


async def test_a_prescription_that_is_not_here_yet_is_asked_for_again(room: Room) -> None:
    answer = await room.step(uuid4(), "prepare")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "coba lagi sebentar" in answer.json()["detail"]


async def test_what_expires_first_goes_first(room: Room) -> None:
    await room.stock("zinc_20", 10, lot="LATE", days=300)
    await room.stock("zinc_20", 4, lot="SOON", days=30)
    rx_id = await room.prescribe(zinc_20=6)
    await room.prepare(rx_id)
    assert (await room.dispense(rx_id)).status_code == 200
    assert await room.lots() == {"SOON": 0, "LATE": 8}
    assert await room.ledger_agrees()


async def test_a_newer_version_starts_the_reviews_again(room: Room) -> None:
    rx_id = await room.prepared(zinc_20=10)
    await room.receive(issued(rx_id, {"zinc_20": 5}, version=2))
    rx = (await room.get(f"/api/prescriptions/{rx_id}")).json()["prescription"]
    assert (rx["state"], rx["rx_version"], rx["checks"]) == ("received", 2, None)
    assert [item["quantity"] for item in rx["items"]] == [5]


async def test_an_older_version_changes_nothing(room: Room) -> None:
    rx_id = uuid4()
    await room.stock("zinc_20", 5)
    await room.receive(registered(patient_id=rx_id))
    await room.receive(issued(rx_id, {"zinc_20": 5}, version=2))
    await room.prepare(rx_id)
    await room.receive(issued(rx_id, {"zinc_20": 10}, version=1))
    rx = (await room.get(f"/api/prescriptions/{rx_id}")).json()["prescription"]
    assert (rx["state"], rx["rx_version"]) == ("prepared", 2)


async def test_a_version_after_the_hand_over_is_parked_for_a_person(room: Room) -> None:
    rx_id = await room.prepared(zinc_20=10)
    await room.dispense(rx_id)
    await room.receive(issued(rx_id, {"zinc_20": 5}, version=2))
    assert [row.code for row in await room.parked()] == ["illegal_transition"]


async def test_a_redelivered_prescription_stands_once(room: Room) -> None:
    bodies = await room.receive(issued(uuid4(), {"zinc_20": 5}))
    await room.deliver(bodies)
    assert len((await room.get("/api/prescriptions")).json()) == 1
    assert await room.published_types() == ["prescription.received.v1"]


async def test_a_prescription_before_its_patient_waits_for_the_name(room: Room) -> None:
    rx_id = uuid4()
    await room.stock("zinc_20", 20)
    await room.receive(issued(rx_id, {"zinc_20": 5}))
    await room.prepare(rx_id)
    assert (await room.dispense(rx_id)).json()["code"] == "identity_unknown"
    await room.receive(registered(patient_id=rx_id))
    assert (await room.dispense(rx_id)).status_code == 200


async def test_two_pharmacists_on_one_prescription_cannot_overwrite_each_other(room: Room) -> None:
    rx_id = await room.prescribe()
    stale = await room.post(f"/api/prescriptions/{rx_id}/review", CHECKED, **{"if-match": '"7"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    fine = await room.post(f"/api/prescriptions/{rx_id}/review", CHECKED, **{"if-match": '"1"'})
    assert (fine.status_code, fine.headers["etag"]) == (200, '"2"')


async def test_the_same_hand_over_sent_twice_takes_stock_once(room: Room) -> None:
    await room.stock("zinc_20", 20)
    rx_id = await room.prescribe(zinc_20=10)
    await room.prepare(rx_id)
    body = {"full_name": NAME, "birth_date": str(BORN), "instructions_given": True}
    path = f"/api/prescriptions/{rx_id}/dispense"
    first = await room.post(path, body, **{"idempotency-key": "k1"})
    again = await room.post(path, body, **{"idempotency-key": "k1"})
    assert (first.status_code, again.json()) == (200, first.json())
    assert await room.lots() == {"L1": 10}


async def test_reading_a_prescription_is_audited(room: Room) -> None:
    rx_id = await room.prescribe()
    await room.get(f"/api/prescriptions/{rx_id}", role="head")
    (entry,) = await room.audited("prescription.read")
    assert (entry.subject, entry.actor.split(";")[0]) == (str(rx_id), "head")


@pytest.mark.parametrize("role", ["head", "nurse", "clerk", "analyst"])
async def test_only_a_pharmacist_works_the_counter(room: Room, role: str) -> None:
    rx_id = await room.prescribe()
    answer = await room.post(f"/api/prescriptions/{rx_id}/review", CHECKED, role=role)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_another_centre_sees_nothing(room: Room) -> None:
    rx_id = await room.prescribe()
    async with room.person(facility="kertosari") as foreign:
        assert (await foreign.get("/api/prescriptions")).json() == []
        assert (await foreign.get(f"/api/prescriptions/{rx_id}")).status_code == 404
