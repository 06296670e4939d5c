"""The checker names patients in two places, debts of closed visits, double numbers, lost stock."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.settings import Settings
from deploy.check import check
from services.pharmacy import models as pharmacy
from services.registration import models as registration
from tests.bench.fill import NOW
from tests.unit.deploy.planted import Planted


def test_a_visit_that_the_rooms_see_where_it_is_has_no_violation(centre: Planted) -> None:
    centre.entry(centre.visit())
    centre.entry(centre.visit(state="completed", closed_at=NOW), state="closed")

    report = centre.check()

    assert not report.violations
    assert (report.opened, report.completed) == (2, 1)


def test_a_visit_that_the_rooms_see_elsewhere_is_named(centre: Planted) -> None:
    visit_id = centre.visit()
    centre.entry(visit_id, unit="kia")

    assert centre.found() == [("place", "clinical", str(visit_id))]


def test_a_visit_that_the_rooms_do_not_know_is_named(centre: Planted) -> None:
    visit_id = centre.visit()

    assert centre.found() == [("place", "clinical", str(visit_id))]


def test_a_visit_that_registration_does_not_know_is_named(centre: Planted) -> None:
    visit_id = uuid4()
    centre.entry(visit_id)

    assert centre.found() == [("place", "clinical", str(visit_id))]


def test_a_closed_visit_still_on_a_worklist_is_named(centre: Planted) -> None:
    visit_id = centre.visit(state="completed", closed_at=NOW)
    centre.entry(visit_id)

    assert centre.found() == [("place", "clinical", str(visit_id))]


def test_a_place_held_back_by_a_parked_message_is_only_listed(centre: Planted) -> None:
    visit_id = centre.visit(route_seq=2)
    centre.entry(visit_id)
    centre.park(centre.send(str(visit_id)), str(visit_id))

    report = centre.check()

    assert not report.violations
    assert len(report.parked) == 1


def test_a_patient_with_two_open_visits_is_named(centre: Planted) -> None:
    centre.entry(centre.visit())
    centre.entry(centre.visit())
    centre.without_constraints("registration", "visit")
    patient = uuid4()
    centre.run("registration", f"UPDATE visit SET patient_id = '{patient.hex}'")

    assert centre.found() == [("two_places", "registration", str(patient))]


def test_a_closed_visit_with_an_open_obligation_is_named(centre: Planted) -> None:
    visit_id = centre.visit(state="completed", closed_at=NOW)
    centre.entry(visit_id, state="closed")
    centre.add("registration", registration.obligation, visit_id=visit_id, state="open")

    assert centre.found() == [("open_obligation", "registration", str(visit_id))]


def test_a_prescription_that_outlived_its_visit_is_named(centre: Planted) -> None:
    visit_id = centre.visit(state="completed", closed_at=NOW)
    centre.entry(visit_id, state="closed")
    earlier = NOW.replace(hour=0)
    row = centre.add(
        "pharmacy", pharmacy.prescription, visit_id=visit_id, issued_at=earlier, state="received"
    )

    assert centre.found() == [("open_obligation", "pharmacy", str(row["id"]))]


def test_a_ticket_number_given_twice_is_named(centre: Planted) -> None:
    centre.without_constraints("registration", "ticket")
    for _ in range(2):
        centre.add("registration", registration.ticket, facility="f", service_point="p", number=7)

    assert centre.found() == [("ticket_number", "registration", "f/p/2026-11-20/7")]


def test_stock_that_equals_its_ledger_has_no_violation(centre: Planted) -> None:
    centre.lot(7, 10, -3)

    assert centre.found() == []


def test_stock_that_differs_from_its_ledger_is_named(centre: Planted) -> None:
    lot_id = centre.lot(8, 10, -3)

    assert centre.found() == [("stock", "pharmacy", str(lot_id))]


def test_oversold_stock_is_named(centre: Planted) -> None:
    centre.without_constraints("pharmacy", "stock_lot")
    lot_id = centre.lot(-1, 10, -11)

    assert centre.found() == [("stock", "pharmacy", str(lot_id))]


def test_a_prescription_handed_over_twice_is_named(centre: Planted) -> None:
    rx = centre.add("pharmacy", pharmacy.prescription, state="dispensed", items=[{"quantity": 3}])
    lot_id = centre.lot(4, 10)
    for _ in range(2):
        centre.add(
            "pharmacy", pharmacy.stock_movement, lot_id=lot_id, quantity=-3, kind="dispense",
            prescription_id=rx["id"],
        )  # fmt: skip

    assert centre.found() == [("handed_over", "pharmacy", str(rx["id"]))]


def test_a_changed_audit_entry_is_named_by_its_position(centre: Planted) -> None:
    centre.seal(3)
    assert centre.found() == []

    centre.run("lab", "UPDATE audit SET actor = 'somebody else' WHERE position = 2")

    assert centre.found() == [("audit_chain", "lab", "2")]


def test_the_json_has_the_agreed_shape_and_the_status_is_1(centre: Planted, tmp_path: Path) -> None:
    event_id = centre.send("a")
    file = tmp_path / "result.json"

    status = check(centre.settings, 0.0, file)

    result = json.loads(file.read_text())
    assert status == 1
    assert result["visits"] == {"opened": 0, "completed": 0}
    assert result["events"] == {
        "produced": 1,
        "expected_deliveries": 1,
        "handled": 0,
        "lost": 1,
        "duplicated": 0,
        "parked": 0,
    }
    assert [violation["id"] for violation in result["violations"]] == [str(event_id)]


def test_a_whole_centre_gives_status_0(centre: Planted) -> None:
    centre.deliver("a")

    assert check(centre.settings, 0.0) == 0


def test_a_missing_database_is_said_and_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(mode="embedded", data_dir=tmp_path / "nowhere", database_url=None)

    assert check(settings, 0.0) == 2
    assert "registration: no database" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()
