"""The stages through HTTP on both databases: rows, events, history and refusals."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from chassis.work import Work
from contracts.complaints import ComplaintClosedV1, ComplaintReopenedV1
from contracts.envelope import Actor
from services.complaints import store
from tests.integration.complaints.desk import DETAILS, Desk

AT = datetime(2026, 11, 22, tzinfo=UTC)


async def test_the_straight_way_publishes_every_stage_in_order(desk: Desk) -> None:
    received = await desk.complain()
    await desk.walk(received["id"])
    events = sorted(await desk.table("outbox"), key=lambda event: int(event.sequence))
    assert [event.type.split(".")[2] for event in events] == [
        "received",
        "detailed",
        "assigned",
        "clarified",
        "remedy_decided",
        "improved",
        "head_informed",
        "monitored",
        "closed",
    ]
    assert [event.sequence for event in events] == list(range(1, 10))


async def test_the_history_says_who_did_what_when(desk: Desk) -> None:
    received = await desk.complain()
    await desk.walk(received["id"])
    record = (await desk.get(f"/api/complaints/{received['id']}")).json()
    steps = record["steps"]
    assert "".join(step["stage"] for step in steps) == "abcdefgi"
    assert steps[6]["role"] == "head"
    assert steps[6]["staff_id"] == "head"
    assert steps[3] | {"text": "Ramai", "facts": {"plan": "Tambah petugas"}} == steps[3]
    assert all(step["at"] for step in steps)


async def test_an_obstacle_goes_to_the_dinas_and_comes_back_with_the_same_deadline(
    desk: Desk,
) -> None:
    received = await desk.complain()
    await desk.walk(received["id"], until="improvement")
    escalated = await desk.step(received["id"], "escalate", reason="Alat rusak", letter_no="440/7")
    resumed = await desk.step(received["id"], "resume", answer="Alat dikirim")
    assert (escalated.json()["state"], resumed.json()["state"]) == ("escalated", "improvement")
    assert resumed.json()["resolve_due"] == received["resolve_due"]


async def test_a_closed_complaint_reopens_and_is_analysed_again(desk: Desk) -> None:
    received = await desk.complain()
    await desk.walk(received["id"])
    reopened = await desk.step(received["id"], "reopen", reason="Terjadi lagi")
    analysed = await desk.step(received["id"], "details", history="Terlewat lagi")
    assert (reopened.json()["state"], analysed.json()["state"]) == ("reopened", "analysis")
    assert reopened.json()["number"] == received["number"]
    events = await desk.published()
    assert [event.type.split(".")[2] for event in events[-3:]] == ["closed", "reopened", "detailed"]
    told = events[-2]
    assert isinstance(told, ComplaintReopenedV1)
    assert told.unit == "kia_mtbs"
    assert told.response_due.isoformat()[:10] == reopened.json()["response_due"]
    assert "Terjadi lagi" not in told.model_dump_json()


async def test_the_same_incident_by_another_channel_is_linked_and_has_no_clock(desk: Desk) -> None:
    first, second = await desk.complain(), await desk.complain(channel="phone")
    linked = await desk.step(second["id"], "duplicate", duplicate_of=first["number"])
    assert (linked.json()["state"], linked.json()["due_on"]) == ("duplicate", None)
    listed = (await desk.get("/api/complaints")).json()
    assert [complaint["id"] for complaint in listed] == [first["id"]]


async def test_the_unit_that_had_a_complaint_is_told_when_it_is_closed(desk: Desk) -> None:
    received = await desk.complain()
    await desk.walk(received["id"])
    closed = (await desk.published())[-1]
    assert isinstance(closed, ComplaintClosedV1)
    assert (str(closed.complaint_id), closed.unit) == (received["id"], "kia_mtbs")
    assert closed.outcome == "effective"


async def test_whoever_heard_of_a_complaint_hears_that_it_was_none_of_its_own(desk: Desk) -> None:
    first, same, elsewhere = [await desk.complain() for _ in range(3)]
    await desk.step(same["id"], "duplicate", duplicate_of=first["number"])
    await desk.step(elsewhere["id"], "out-of-scope", reason="Rumah sakit")
    told = [event for event in await desk.published() if isinstance(event, ComplaintClosedV1)]
    assert [(str(event.complaint_id), event.unit, event.outcome) for event in told] == [
        (same["id"], None, "duplicate"),
        (elsewhere["id"], None, "out_of_scope"),
    ]
    assert "Rumah sakit" not in str(told)


STALE: list[tuple[str, str, dict[str, Any]]] = [
    ("received", "details", DETAILS),
    ("received", "duplicate", {"duplicate_of": "PGD-2026-0001"}),
    ("received", "out-of-scope", {"reason": ""}),
    ("analysis", "assign", {"unit": "bulan"}),
    ("clarification", "clarify", {}),
    ("remedy", "remedy", {}),
    ("improvement", "improve", {"improved_on": "2099-01-01"}),
    ("improvement", "escalate", {}),
    ("reported", "report", {}),
    ("monitoring", "monitor", {"effective": False}),
    ("monitoring", "resume", {}),
    ("closed", "reopen", {}),
]


async def test_every_step_refuses_an_old_picture_before_any_rule(desk: Desk) -> None:
    received = await desk.complain()
    for state, step, body in STALE:
        await desk.walk(received["id"], until=state)
        path, role = f"/api/complaints/{received['id']}/{step}", "head"
        stale = await desk.post(path, body, role=role, **{"if-match": '"99"'})
        assert (stale.status_code, stale.json()["code"]) == (409, "stale_version"), step


async def test_the_same_external_id_delivered_at_once_is_one_complaint(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.complain(external_id="wa-77") for _ in range(8)))
    assert len({answer["id"] for answer in answers}) == 1
    assert len(await desk.table("complaint")) == 1
    assert len(await desk.table("outbox")) == 1


async def test_the_same_external_id_of_another_channel_is_another_complaint(desk: Desk) -> None:
    one, other = (
        await desk.complain(external_id="7"),
        await desk.complain(external_id="7", channel="phone"),
    )
    assert one["id"] != other["id"]


async def test_numbers_are_never_given_twice(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.complain() for _ in range(12)))
    numbers = sorted(int(answer["number"].rpartition("-")[2]) for answer in answers)
    assert numbers == list(range(1, 13))


async def test_two_desks_on_one_complaint_the_second_is_told_it_is_stale(desk: Desk) -> None:
    received = await desk.complain()
    path = f"/api/complaints/{received['id']}/details"
    sent = {"if-match": '"1"'}
    answers = await asyncio.gather(*(desk.post(path, DETAILS, **sent) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await desk.table("complaint_step")) == 2


async def test_an_old_picture_is_refused_before_the_rule_it_would_break(desk: Desk) -> None:
    received = await desk.complain()
    await desk.step(received["id"], "details", **DETAILS)
    path = f"/api/complaints/{received['id']}/details"
    stale = await desk.post(path, DETAILS, **{"if-match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")


async def test_a_step_out_of_turn_is_refused_and_writes_nothing(desk: Desk) -> None:
    received = await desk.complain()
    before = await desk.table("complaint"), await desk.table("outbox")
    refused = await desk.step(received["id"], "monitor", effective=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
    assert (await desk.table("complaint"), await desk.table("outbox")) == before


BAD_RECEIPTS: list[tuple[dict[str, Any], str]] = [
    ({"channel": "telegraph"}, "channel"),
    ({"channel": "WA; DROP"}, "channel"),
    ({"text": "  "}, "text"),
    ({"text": "x" * 4001}, "text"),
    ({"received_at": "2099-01-01T00:00:00Z"}, "received_at"),
    ({"received_at": "0001-01-01T00:00:00"}, "received_at"),
    ({"received_at": "9999-12-31T23:59:59-14:00"}, "received_at"),
    ({"received_at": 1795000000}, "received_at"),
    ({"received_at": "1795000000"}, "received_at"),
    ({"received_at": True}, "received_at"),
    ({"category": "secret"}, "category"),
    ({"external_id": 7}, "external_id"),
    ({"reporter": "Siti Aminah"}, "reporter"),
]


async def test_bad_input_is_named_and_nothing_is_written(desk: Desk) -> None:
    for body, field in BAD_RECEIPTS:
        answer = await desk.post("/api/complaints", {"channel": "wa", "text": "Antre", **body})
        assert answer.status_code == 422, body
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    # What no database can store is refused for the whole body, before any field is looked at.
    unstorable = await desk.post("/api/complaints", {"channel": "wa", "text": "\x00"})
    assert (unstorable.status_code, unstorable.json()["code"]) == (422, "invalid")
    assert await desk.table("complaint") == await desk.table("complaint_counter") == []


UNFINISHED: list[tuple[str, str, dict[str, Any], str]] = [
    ("analysis", "assign", {"unit": "bulan", "summary": "Antre"}, "unit"),
    ("analysis", "assign", {"unit": "kia_mtbs", "summary": "Antre", "due": "2030"}, "due"),
    ("analysis", "assign", {"unit": "kia_mtbs", "summary": ""}, "summary"),
    ("clarification", "clarify", {"clarification": "Ramai", "plan": " "}, "plan"),
    ("remedy", "remedy", {}, "compensation"),
    ("improvement", "improve", {"evidence": "Foto", "owner": "Bidan"}, "improved_on"),
    (
        "improvement",
        "improve",
        {"evidence": "Foto", "improved_on": "2099-01-01", "owner": "Bidan"},
        "improved_on",
    ),
    (
        "improvement",
        "improve",
        {"evidence": "F", "improved_on": 20000, "owner": "B"},
        "improved_on",
    ),
    (
        "improvement",
        "improve",
        {"evidence": "Foto", "improved_on": "2020-01-01", "owner": "Bidan"},
        "improved_on",
    ),
    ("improvement", "escalate", {"reason": "Alat"}, "letter_no"),
    ("monitoring", "monitor", {"effective": 1}, "effective"),
    ("monitoring", "monitor", {"effective": False, "next_review": 30000}, "next_review"),
    ("monitoring", "monitor", {"effective": False, "next_review": "9999-12-31"}, "next_review"),
    ("monitoring", "monitor", {"effective": False}, "next_review"),
    ("monitoring", "monitor", {"effective": False, "next_review": "2020-01-01"}, "next_review"),
]


async def test_an_unfinished_step_is_refused_at_its_field(desk: Desk) -> None:
    received = await desk.complain()
    for state, step, body, field in UNFINISHED:
        await desk.walk(received["id"], until=state)
        refused = await desk.step(received["id"], step, **body)
        assert refused.status_code == 422, body
        assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert len(await desk.table("complaint_step")) == 1 + 6


async def test_the_list_has_the_nearest_deadline_first(desk: Desk) -> None:
    later = await desk.complain(category="with_inspection")
    await desk.walk(later["id"], until="clarification")
    sooner = await desk.complain()
    listed = (await desk.get("/api/complaints")).json()
    assert [complaint["id"] for complaint in listed] == [sooner["id"], later["id"]]
    only = (await desk.get("/api/complaints?state=clarification")).json()
    assert [complaint["id"] for complaint in only] == [later["id"]]


async def test_the_list_of_open_complaints_reads_its_index(desk: Desk) -> None:
    """SQLite says how it would read; the planner of PostgreSQL reads a small table as a whole."""
    if not desk.database.is_sqlite:
        return
    async with desk.database.reading() as connection:
        work = Work(
            desk.database, connection, Actor("", "", ""), desk.house.profiles[desk.facility], AT
        )
        statement = store.card_list(work, state=None, limit=50)
        compiled = statement.compile(connection.engine)
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)).all()
    assert ["ix_complaint_open" in str(row) for row in plan] == [True]


async def test_an_idempotent_command_is_done_once(desk: Desk) -> None:
    body = {"channel": "wa", "text": "Antre", "reporter_name": "Siti Aminah"}
    sent = {"idempotency-key": "k-1"}
    answers = [await desk.post("/api/complaints", body, **sent) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert "Siti" not in json.dumps(await desk.table("idempotency"), default=str)
