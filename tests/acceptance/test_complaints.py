"""Complaints as the procedures of Tarik 2 (letters a to i) and Klungkung II (points 6) ask for."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from chassis.tables import outbox
from tests.kit.centre import Centre, Client
from tests.kit.waiting import eventually

TARIK = "tarik2"
DETAILS = {
    "reporter_name": "Siti Aminah",
    "history": "Nomor antrean terlewat dua kali",
    "location": "Loket pendaftaran",
    "officer_on_duty": "Petugas loket pagi",
}
#: The input of each step, and the state it leads to.
WAY: list[tuple[str, Mapping[str, object], str]] = [
    ("details", DETAILS, "analysis"),
    ("assign", {"unit": "kia_mtbs", "summary": "Nomor antrean terlewat"}, "clarification"),
    ("clarify", {"clarification": "Ruang ramai", "plan": "Tambah petugas panggil"}, "remedy"),
    ("remedy", {"right_of_reply": "Surat jawaban"}, "improvement"),
    ("improve", {"evidence": "Foto jadwal baru", "owner": "Koordinator KIA"}, "reported"),
    ("report", {}, "monitoring"),
]


async def received(officer: Client, **facts: object) -> dict[str, Any]:
    body = {"channel": "wa", "text": "Tidak dipanggil", **facts}
    complaint: dict[str, Any] = await officer.post("/complaints/api/complaints", body)
    return complaint


async def given_a_complaint_in(centre: Centre, state: str) -> tuple[Client, str]:
    """The desk, and the address of a complaint that has come as far as `state`."""
    officer = await centre.client("complaints_officer", TARIK)
    head = await centre.client("head", TARIK)
    complaint = await received(officer)
    path = f"/complaints/api/complaints/{complaint['id']}"
    for step, body, following in WAY:
        if complaint["state"] == state:
            break
        sent = {"improved_on": today()} | dict(body) if step == "improve" else body
        who = head if step == "report" else officer
        complaint = await who.post(f"{path}/{step}", sent)
        assert complaint["state"] == following
    return officer, path


def today() -> str:
    """The calendar day in Tarik."""
    return datetime.now(ZoneInfo("Asia/Jakarta")).date().isoformat()


@pytest.mark.requirement("T2-CMP-a")
async def test_given_any_channel_then_the_complaint_has_a_number_and_a_deadline(
    centre: Centre,
) -> None:
    officer = await centre.client("complaints_officer", TARIK)
    channels = ["box", "wa", "phone"]
    complaints = [await received(officer, channel=channel) for channel in channels]
    assert [complaint["channel"] for complaint in complaints] == channels
    assert len({complaint["number"] for complaint in complaints}) == 3
    for complaint in complaints:
        received_at = datetime.fromisoformat(complaint["received_at"])
        received_on = received_at.astimezone(ZoneInfo("Asia/Jakarta")).date()
        # Three working days for the first answer, never fewer by the calendar.
        assert date.fromisoformat(complaint["response_due"]) - received_on >= timedelta(days=3)
        assert complaint["response_due"] < complaint["resolve_due"]
    refused = await officer.send(
        "POST", "/complaints/api/complaints", {"channel": "telegraph", "text": "Antre"}
    )
    assert refused.status == 422


@pytest.mark.requirement("T2-CMP-b")
async def test_given_one_detail_is_missing_then_it_stays_and_names_what_is_missing(
    centre: Centre,
) -> None:
    for missing in DETAILS:
        officer, path = await given_a_complaint_in(centre, "received")
        told = {name: value for name, value in DETAILS.items() if name != missing}
        partly = await officer.post(f"{path}/details", told)
        assert (partly["state"], partly["missing"]) == ("detail", [missing])
        complete = await officer.post(f"{path}/details", {missing: DETAILS[missing]})
        assert complete["state"] == "analysis"


@pytest.mark.requirement("T2-CMP-c")
async def test_when_it_is_assigned_then_the_unit_is_told_without_the_identity(
    centre: Centre,
) -> None:
    officer, path = await given_a_complaint_in(centre, "analysis")
    revealing = {"unit": "kia_mtbs", "summary": "Ibu Siti Aminah terlewat"}
    refused = await officer.send("POST", f"{path}/assign", revealing)
    assert (refused.status, refused.code) == (422, "identity_revealed")
    await officer.post(f"{path}/assign", {"unit": "kia_mtbs", "summary": "Nomor terlewat"})
    midwife = await centre.client("midwife", TARIK)

    async def notices() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await midwife.get("/clinical/api/notices")
        return found

    told = await eventually(notices)
    assert [(notice["unit"], notice["summary"]) for notice in told] == [
        ("kia_mtbs", "Nomor terlewat")
    ]
    assert "Siti" not in str(told)
    assert (await midwife.send("GET", path)).status == 403


@pytest.mark.requirement("T2-CMP-d")
async def test_given_no_plan_of_improvement_then_it_does_not_go_on(centre: Centre) -> None:
    officer, path = await given_a_complaint_in(centre, "clarification")
    refused = await officer.send("POST", f"{path}/clarify", {"clarification": "Ramai"})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == "plan"
    assert (await officer.get(path))["state"] == "clarification"
    planned = {"clarification": "Ramai", "plan": "Tambah petugas"}
    assert (await officer.post(f"{path}/clarify", planned))["state"] == "remedy"


@pytest.mark.requirement("T2-CMP-e")
async def test_when_a_remedy_is_decided_then_one_or_both_are_on_record(centre: Centre) -> None:
    compensation, reply = {"compensation": "Kunjungan ulang"}, {"right_of_reply": "Surat jawaban"}
    for remedy in (compensation, reply, compensation | reply):
        officer, path = await given_a_complaint_in(centre, "remedy")
        assert (await officer.send("POST", f"{path}/remedy", {})).status == 422
        assert (await officer.post(f"{path}/remedy", remedy))["state"] == "improvement"
        assert (await officer.get(path))["steps"][-1]["facts"] == remedy


@pytest.mark.requirement("T2-CMP-f")
async def test_when_the_improvement_is_done_then_evidence_date_and_owner_are_kept(
    centre: Centre,
) -> None:
    officer, path = await given_a_complaint_in(centre, "improvement")
    done = {"evidence": "Foto", "improved_on": today(), "owner": "Koordinator KIA"}
    for absent in done:
        partly = {name: value for name, value in done.items() if name != absent}
        assert (await officer.send("POST", f"{path}/improve", partly)).status == 422
    await officer.post(f"{path}/improve", done)
    step = (await officer.get(path))["steps"][-1]
    assert {"evidence": step["text"], **step["facts"]} == done


@pytest.mark.requirement("T2-CMP-g")
async def test_when_it_is_reported_then_only_the_head_acknowledges(centre: Centre) -> None:
    officer, path = await given_a_complaint_in(centre, "reported")
    assert (await officer.send("POST", f"{path}/report", {})).status == 403
    head = await centre.client("head", TARIK)
    assert (await head.post(f"{path}/report", {"note": "Baik"}))["state"] == "monitoring"
    assert (await head.get(path))["steps"][-1]["role"] == "head"


@pytest.mark.requirement("T2-CMP-h")
async def test_given_an_obstacle_then_it_goes_to_the_dinas_with_reason_letter_and_deadline_kept(
    centre: Centre,
) -> None:
    officer, path = await given_a_complaint_in(centre, "improvement")
    deadline = (await officer.get(path))["resolve_due"]
    assert (await officer.send("POST", f"{path}/escalate", {"reason": "Alat"})).status == 422
    sent = {"reason": "Alat panggil rusak", "letter_no": "440/12/2026"}
    escalated = await officer.post(f"{path}/escalate", sent)
    assert (escalated["state"], escalated["resolve_due"]) == ("escalated", deadline)
    step = (await officer.get(path))["steps"][-1]
    assert (step["text"], step["facts"]["letter_no"]) == (sent["reason"], sent["letter_no"])
    resumed = await officer.post(f"{path}/resume", {"answer": "Alat dikirim"})
    assert (resumed["state"], resumed["resolve_due"]) == ("improvement", deadline)


@pytest.mark.requirement("T2-CMP-i")
async def test_while_not_effective_there_is_a_next_review_and_effective_closes(
    centre: Centre,
) -> None:
    officer, path = await given_a_complaint_in(centre, "monitoring")
    assert (await officer.send("POST", f"{path}/monitor", {"effective": False})).status == 422
    review = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    watched = await officer.post(f"{path}/monitor", {"effective": False, "next_review": review})
    assert (watched["state"], watched["next_review"]) == ("monitoring", review)
    assert (await officer.post(f"{path}/monitor", {"effective": True}))["state"] == "closed"


async def test_a_closed_complaint_comes_back_under_its_number_and_is_handled_again(
    centre: Centre,
) -> None:
    officer, path = await given_a_complaint_in(centre, "monitoring")
    early = await officer.send("POST", f"{path}/reopen", {"reason": "Terjadi lagi"})
    assert (early.status, early.code) == (409, "illegal_transition")
    closed = await officer.post(f"{path}/monitor", {"effective": True})
    reopened = await officer.post(f"{path}/reopen", {"reason": "Terjadi lagi"})
    assert (reopened["state"], reopened["number"]) == ("reopened", closed["number"])
    assert not reopened["late"]
    listed = await officer.get("/complaints/api/complaints")
    assert reopened["id"] in [complaint["id"] for complaint in listed]
    again = await officer.post(f"{path}/details", {"history": "Terlewat lagi"})
    assert again["state"] == "analysis"

    async def told() -> bool:
        rows = await published(centre, "complaints")
        return any(
            row.type == "complaints.complaint.reopened.v1" and row.published_at for row in rows
        )

    await eventually(told)


async def published(centre: Centre, service: str) -> Sequence[sa.Row[Any]]:
    async with centre.house.service(service).database.reading() as connection:
        return (await connection.execute(sa.select(outbox))).all()


OFFLINE = ["letter", "oral", "board", "box", "form"]
ONLINE = ["phone", "wa", "instagram", "facebook", "email", "web", "youtube", "sp4n", "app"]


@pytest.mark.requirement("K3-6.1.1–5")
async def test_staff_enter_what_came_on_paper_or_by_mouth_and_the_channel_is_kept(
    centre: Centre,
) -> None:
    clerk = await centre.client("clerk", "klungkung2")
    for channel in OFFLINE:
        await received(clerk, channel=channel)
    officer = await centre.client("complaints_officer", "klungkung2")
    listed = await officer.get("/complaints/api/complaints")
    assert sorted(complaint["channel"] for complaint in listed) == sorted(OFFLINE)
    record = await officer.get(f"/complaints/api/complaints/{listed[0]['id']}")
    assert record["steps"][0]["role"] == "clerk"


@pytest.mark.requirement("K3-6.2.1–9")
async def test_the_same_report_of_an_online_channel_is_one_complaint(centre: Centre) -> None:
    officer = await centre.client("complaints_officer", "klungkung2")
    for channel in ONLINE:
        first = await received(officer, channel=channel, external_id="2026-4711")
        again = await received(officer, channel=channel, external_id="2026-4711")
        other = await received(officer, channel=channel, external_id="2026-4712")
        assert again["number"] == first["number"] != other["number"]
        assert first["channel"] == channel
    listed = await officer.get("/complaints/api/complaints")
    assert len(listed) == 2 * len(ONLINE)
