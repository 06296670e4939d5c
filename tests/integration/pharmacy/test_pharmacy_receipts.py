"""What enters the stock and what corrects it: checked, under its version, in the ledger."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from services.pharmacy.models import stock_movement
from tests.integration.pharmacy.room import Room


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": -5}, "quantity"),
        ({"quantity": "many"}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"expiry": 20_000}, "expiry"),
        ({"drug_code": "unknown"}, "drug_code"),
        ({"expiry": str(date.today() - timedelta(days=2))}, "expiry"),
        ({"lot": "  "}, "lot"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_a_receipt_with_a_mistake_names_the_field(
    room: Room, body: dict[str, object], field: str
) -> None:
    sound = {"drug_code": "zinc_20", "lot": "Z", "expiry": "2099-01-31", "quantity": 1}
    answer = await room.post("/api/stock/receipts", sound | body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await room.lots() == {}


async def test_one_lot_number_has_one_expiry(room: Room) -> None:
    body = {"drug_code": "zinc_20", "lot": "Z", "expiry": "2099-01-31", "quantity": 5}
    await room.post("/api/stock/receipts", body)
    answer = await room.post("/api/stock/receipts", body | {"expiry": "2098-01-31"})
    assert (answer.status_code, answer.json()["code"]) == (409, "lot_mismatch")
    assert await room.lots() == {"Z": 5}


async def test_true_corrects_nothing(room: Room) -> None:
    lot_id = await room.stock("zinc_20", 10)
    body = {"quantity": True, "reason": "salah hitung"}
    answer = await room.post(f"/api/stock/lots/{lot_id}/adjustments", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "quantity")
    assert await room.lots() == {"L1": 10}


async def test_a_receipt_on_an_older_picture_of_its_lot_is_refused(room: Room) -> None:
    await room.stock("zinc_20", 10)
    body = {"drug_code": "zinc_20", "lot": "L1", "quantity": 5}
    body["expiry"] = (await room.get("/api/stock")).json()[0]["expiry"]
    path = "/api/stock/receipts"
    fine = await room.post(path, body, **{"if-match": '"1"'})
    stale = await room.post(path, body, **{"if-match": '"1"'})
    assert (fine.status_code, fine.headers["etag"]) == (200, '"2"')
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert await room.lots() == {"L1": 15}
    assert await room.ledger_agrees()


async def test_a_correction_stands_in_the_ledger_with_its_reason(room: Room) -> None:
    lot_id = await room.stock("zinc_20", 10)
    path = f"/api/stock/lots/{lot_id}/adjustments"
    refused = await room.post(path, {"quantity": -11, "reason": "pecah"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    answer = await room.post(path, {"quantity": -3, "reason": "pecah"})
    assert answer.json()["on_hand"] == 7
    moves = await room.rows(sa.select(stock_movement))
    assert [move.reason for move in moves] == ["", "pecah"]
    assert await room.ledger_agrees()
