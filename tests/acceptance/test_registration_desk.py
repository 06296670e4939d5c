"""What the procedures ask of the queue and the desk, given, when and then."""

import pytest

from tests.acceptance.registration_steps import EAST, R, born, papers, patient, visit
from tests.kit.centre import Centre


@pytest.mark.requirement("DR-5.1", "JB-T")
async def test_given_people_at_the_machine_when_each_takes_a_number_then_none_is_given_twice(
    centre: Centre,
) -> None:
    machine = await centre.client("queue_machine")
    tickets = [await machine.post(f"{R}/tickets", {"service_point": "loket"}) for _ in range(3)]
    assert [ticket["ticket_no"] for ticket in tickets] == ["A-001", "A-002", "A-003"]
    printed = await machine.get(f"/registration/machine/tickets/{tickets[0]['id']}")
    assert "A-001" in printed


@pytest.mark.requirement("T2-REG-a")
async def test_given_a_patient_at_the_desk_when_they_arrive_then_number_and_time_are_stored(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "tarik2")
    ticket = await clerk.post(f"{R}/tickets", {})
    stored = await clerk.get(f"{R}/tickets/{ticket['id']}")
    assert (stored["ticket_no"], stored["state"]) == ("A-001", "issued")
    assert stored["issued_at"]


@pytest.mark.requirement("DR-5.2", "K3-2.3")
async def test_given_a_waiting_number_when_called_then_the_display_shows_number_and_room_no_name(
    centre: Centre,
) -> None:
    clerk, display = await centre.client("clerk"), await centre.client("display")
    aisyah = await patient(clerk, born(months=14), full_name="Aisyah Nuraini")
    ticket = await clerk.post(f"{R}/tickets", {})
    await clerk.post(f"{R}/tickets/call-next", {"room": "Loket 1"})
    await visit(clerk, aisyah["id"], ticket_id=ticket["id"])
    shown = await display.get(f"{R}/display")
    assert [(row["ticket_no"], row["room"]) for row in shown] == [("A-001", "Loket 1")]
    page = await display.get("/registration/display")
    assert "A-001" in page
    assert "Loket 1" in page
    assert "Aisyah" not in page + str(shown)


@pytest.mark.requirement("DR-7.1")
async def test_given_jkn_and_general_patients_when_called_then_the_number_decides_not_the_payer(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk")
    for payer in ("general", "jkn", "general"):
        someone = await patient(clerk, born(months=30))
        await visit(clerk, someone["id"], payer=payer)
    listed = await clerk.get(f"{R}/visits?unit=anak")
    assert [row["number"] for row in listed] == [1, 2, 3]


@pytest.mark.requirement("DR-7.1")
async def test_given_regular_numbers_when_an_elderly_person_takes_one_then_they_are_called_first(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk")
    for priority in ("regular", "regular", "elderly", "disability"):
        await clerk.post(f"{R}/tickets", {"priority_class": priority})
    called = [(await clerk.post(f"{R}/tickets/call-next"))["number"] for _ in range(4)]
    assert called == [3, 4, 1, 2]


@pytest.mark.requirement("K3-5.1/2")
async def test_given_a_patient_of_exactly_sixty_when_registered_then_they_count_as_elderly(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "klungkung2")
    sixty = await visit(clerk, (await patient(clerk, born(years=60, zone=EAST)))["id"])
    younger = await visit(clerk, (await patient(clerk, born(years=60, days=-1, zone=EAST)))["id"])
    assert (sixty["unit"], sixty["priority_class"]) == ("umum", "elderly")
    assert (younger["unit"], younger["priority_class"]) == ("umum", "regular")


@pytest.mark.requirement("T2-REQ-a")
async def test_given_neither_ktp_nor_kk_when_registered_then_both_are_marked_and_the_profile_warns(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "tarik2")
    someone = await patient(clerk, born(years=30))
    opened = await visit(clerk, someone["id"], documents=[])
    assert (papers(opened)["ktp"], papers(opened)["kk"]) == ("missing", "missing")
    assert opened["state"] == "waiting"


@pytest.mark.requirement("T2-REQ-b")
async def test_given_payer_jkn_without_card_when_saved_then_it_is_flagged_but_not_for_general(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "tarik2")
    member, general = [await patient(clerk, born(years=30)) for _ in range(2)]
    assert papers(await visit(clerk, member["id"], payer="jkn"))["bpjs"] == "missing"
    assert papers(await visit(clerk, general["id"]))["bpjs"] == "not_applicable"


@pytest.mark.requirement("T2-REQ-c")
async def test_given_a_child_of_59_months_when_registered_then_the_kia_book_is_asked_at_60_not(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "tarik2")
    younger = await patient(clerk, born(months=59))
    older = await patient(clerk, born(months=60))
    assert papers(await visit(clerk, younger["id"]))["buku_kia"] == "missing"
    assert papers(await visit(clerk, older["id"]))["buku_kia"] == "not_applicable"


@pytest.mark.requirement("T2-REG-b", "T2-REG-c", "K3-2.1")
async def test_given_shown_papers_when_checked_then_each_has_a_status_and_the_officer_is_kept(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "tarik2")
    child = await patient(clerk, born(months=14))
    opened = await visit(clerk, child["id"], payer="jkn", documents=["kk", "kis"])
    record = await clerk.get(f"{R}/visits/{opened['id']}")
    assert papers(record) == {
        "ktp": "not_applicable",
        "kk": "present",
        "bpjs": "not_applicable",
        "kis": "present",
        "askes": "not_applicable",
        "buku_kia": "missing",
    }
    assert record["documents_checked_by"] == "clerk.tarik2"


@pytest.mark.requirement("T2-REG-d")
async def test_given_a_known_nik_when_entered_again_then_the_record_number_is_reused(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "tarik2")
    other_desk = await centre.client("medical_record", "tarik2")
    nik = {"nik": "3515014507900003", "nik_absent_reason": None}
    first = await patient(clerk, "1990-07-05", **nik)
    again = await patient(other_desk, "1990-07-05", **nik)
    assert (again["id"], again["mrn"]) == (first["id"], first["mrn"])
    assert (first["existing"], again["existing"]) == (False, True)


@pytest.mark.requirement("K3-1.1")
async def test_given_no_ticket_when_registered_then_the_desk_issues_one(centre: Centre) -> None:
    clerk = await centre.client("clerk", "klungkung2")
    someone = await patient(clerk, born(years=30))
    opened = await visit(clerk, someone["id"], documents=["ktp"])
    ticket = await clerk.get(f"{R}/tickets/{opened['ticket_id']}")
    assert (opened["ticket_no"], ticket["state"]) == ("A-001", "serving")
