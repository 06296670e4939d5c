"""Where the procedures send a patient after the desk, given, when and then."""

import pytest

from tests.acceptance.registration_steps import EAST, R, born, on_worklist, patient, visit
from tests.kit.centre import Centre


@pytest.mark.requirement("T2-REG-e", "KS-5.2")
@pytest.mark.parametrize(("facility", "unit"), [("tarik2", "kia_mtbs"), ("kertosari", "klaster2")])
async def test_given_a_child_when_the_desk_has_registered_then_the_room_has_it_without_retyping(
    centre: Centre, facility: str, unit: str
) -> None:
    clerk = await centre.client("clerk", facility)
    child = await patient(clerk, born(months=14))
    opened = await visit(clerk, child["id"])
    line = await on_worklist(centre, facility, unit, opened["id"])
    assert (line["full_name"], line["mrn"]) == ("Ratna Dewi", child["mrn"])
    assert (line["ticket_no"], line["reason"]) == (opened["ticket_no"], "registration")


@pytest.mark.requirement("KS-5.2")
async def test_given_an_emergency_when_registered_then_it_does_not_go_to_cluster_two(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "kertosari")
    child = await patient(clerk, born(months=14))
    opened = await visit(clerk, child["id"], mode="emergency", documents=[])
    assert (opened["unit"], opened["priority_class"]) == ("tindakan", "emergency")


@pytest.mark.requirement("DR-5.3")
async def test_given_an_intended_unit_when_registered_then_its_code_must_be_one_that_takes_patients(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk")
    mother = await patient(clerk, born(years=28))
    body = {"patient_id": mother["id"]}
    for wrong in ("gizi", "klaster1", "lab"):
        refused = await clerk.send("POST", f"{R}/visits", body | {"intended_unit": wrong})
        assert refused.status == 422
        assert refused.body["errors"][0]["field"] == "intended_unit"
    assert (await visit(clerk, mother["id"], intended_unit="kia"))["unit"] == "kia"


@pytest.mark.requirement("DR-5.5", "K3-2.2")
async def test_given_a_pregnant_woman_when_registered_then_she_waits_in_kia(centre: Centre) -> None:
    clerk = await centre.client("clerk")
    mother = await patient(clerk, born(years=28))
    opened = await visit(clerk, mother["id"], mode="maternity")
    line = await on_worklist(centre, "dharma_rini", "kia", opened["id"])
    assert (line["state"], line["ticket_no"]) == ("waiting", opened["ticket_no"])


@pytest.mark.requirement("JB-3b")
async def test_given_17_years_364_days_when_routed_then_cluster_two_and_at_18_years_three(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "jatibaru")
    younger = await patient(clerk, born(years=18, days=-1, zone=EAST))
    of_age = await patient(clerk, born(years=18, zone=EAST))
    assert (await visit(clerk, younger["id"]))["unit"] == "klaster2"
    assert (await visit(clerk, of_age["id"]))["unit"] == "klaster3"


@pytest.mark.requirement("JB-3a")
async def test_given_a_returning_patient_when_at_the_machine_then_they_go_straight_to_the_queue(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "jatibaru")
    machine = await centre.client("queue_machine", "jatibaru")
    known = await patient(clerk, born(years=40))
    ticket = await machine.post(f"{R}/tickets", {"service_point": "mesin", "mrn": known["mrn"]})
    assert (ticket["state"], ticket["unit"]) == ("serving", "klaster3")
    line = await on_worklist(centre, "jatibaru", "klaster3", ticket["visit_id"])
    assert (line["mrn"], line["ticket_no"]) == (known["mrn"], ticket["ticket_no"])


@pytest.mark.requirement("JB-3a")
async def test_given_a_new_patient_when_they_use_the_machine_then_they_are_sent_to_the_desk(
    centre: Centre,
) -> None:
    machine = await centre.client("queue_machine", "jatibaru")
    unknown = await machine.send("POST", f"{R}/tickets", {"mrn": "99-99-99"})
    assert (unknown.status, unknown.code) == (404, "not_found")
    ticket = await machine.post(f"{R}/tickets", {"service_point": "loket"})
    assert (ticket["state"], ticket["visit_id"], ticket["number"]) == ("issued", None, 1)


@pytest.mark.requirement("JB-3a")
async def test_given_another_centre_when_a_returning_patient_is_at_the_machine_then_the_desk_first(
    centre: Centre,
) -> None:
    clerk, machine = await centre.client("clerk"), await centre.client("queue_machine")
    known = await patient(clerk, born(years=40))
    refused = await machine.send("POST", f"{R}/tickets", {"mrn": known["mrn"]})
    assert refused.status == 422


@pytest.mark.requirement("JB-7/8")
async def test_given_the_dental_room_when_a_patient_asks_for_it_then_they_can_be_sent_there(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "jatibaru")
    someone = await patient(clerk, born(years=30))
    opened = await visit(clerk, someone["id"], intended_unit="gigi_mulut")
    line = await on_worklist(centre, "jatibaru", "gigi_mulut", opened["id"])
    assert line["unit"] == "gigi_mulut"
