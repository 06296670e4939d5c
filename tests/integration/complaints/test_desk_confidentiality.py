"""Who complained stays in the store, for two roles, and every look at it is on record."""

import logging

import pytest

from tests.integration.complaints.desk import DETAILS, PHONE, REPORTER, Desk

OTHERS = ["clerk", "medical_record", "nurse", "midwife", "doctor", "analyst", "pharmacist", "admin"]


async def test_nobody_else_reads_or_lists_complaints(desk: Desk) -> None:
    received = await desk.complain()
    paths = [
        f"/api/complaints/{received['id']}",
        "/api/complaints",
        f"/complaints/{received['id']}",
    ]
    for role in OTHERS:
        answers = [(await desk.get(path, role=role)).status_code for path in paths]
        assert answers == [403, 403, 403], role


async def test_only_the_head_acknowledges(desk: Desk) -> None:
    received = await desk.complain()
    await desk.walk(received["id"], until="reported")
    path = f"/api/complaints/{received['id']}/report"
    refused = await desk.post(path, {}, role="complaints_officer")
    granted = await desk.post(path, {}, role="head")
    assert (refused.status_code, granted.status_code) == (403, 200)


async def test_another_centre_finds_nothing(desk: Desk) -> None:
    received = await desk.complain()
    answer = await desk.get(f"/api/complaints/{received['id']}", facility="klungkung2")
    listed = await desk.get("/api/complaints", facility="klungkung2")
    assert (answer.status_code, listed.json()) == (404, [])


async def test_every_look_at_the_reporter_is_audited(desk: Desk) -> None:
    received = await desk.complain()
    for role in ("complaints_officer", "head"):
        record = await desk.get(f"/api/complaints/{received['id']}", role=role)
        assert (record.json()["reporter_name"], record.json()["contact"]) == (REPORTER, PHONE)
    looks = await desk.audited("complaint.identity.read")
    assert [row.actor.split(";")[1] for row in looks] == ["complaints_officer", "head"]
    assert {row.subject for row in looks} == {received["id"]}


async def test_the_reporter_is_nowhere_but_in_the_identity_table(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    received = await desk.complain(reporter_name=None, contact=None)
    told = {**DETAILS, "reporter_name": REPORTER, "contact": PHONE}
    await desk.step(received["id"], "details", **told)
    await desk.walk(received["id"])
    for table in ("outbox", "audit", "idempotency", "complaint", "complaint_step"):
        kept = str(await desk.table(table))
        assert REPORTER not in kept, table
        assert PHONE not in kept, table
    assert REPORTER not in caplog.text
    assert [row.reporter_name for row in await desk.table("complaint_identity")] == [REPORTER]


#: Texts that would reach a unit or the Dinas, with the reporter in them.
REVEALING: list[tuple[str, str, dict[str, str], str]] = [
    ("analysis", "assign", {"unit": "kia_mtbs", "summary": "Ibu Siti terlewat"}, "summary"),
    ("analysis", "assign", {"unit": "kia_mtbs", "summary": "Hub. +62 812-3456-7890"}, "summary"),
    ("clarification", "clarify", {"clarification": "Ramai", "plan": "Temui Aminah"}, "plan"),
    ("improvement", "escalate", {"reason": "Siti Aminah", "letter_no": "1"}, "reason"),
]


async def test_a_text_for_others_that_names_the_reporter_is_refused_and_not_repeated(
    desk: Desk,
) -> None:
    received = await desk.complain()
    await desk.walk(received["id"], until="analysis")
    for state, step, body, field in REVEALING:
        await desk.walk(received["id"], until=state)
        published = len(await desk.table("outbox"))
        refused = await desk.step(received["id"], step, **body)
        assert (refused.status_code, refused.json()["code"]) == (422, "identity_revealed")
        assert refused.json()["errors"][0]["field"] == field
        assert "Siti" not in refused.text
        assert "Aminah" not in refused.text
        assert len(await desk.table("outbox")) == published
