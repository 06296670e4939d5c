"""A fault is answered with a number that finds its log line, and tells nobody's name anywhere."""

import asyncio
import json
import logging
import sys
from uuid import uuid4

import pytest
import sqlalchemy as sa
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import telemetry
from chassis.database import Database
from chassis.inbox import TRIES
from chassis.outbox import waiting
from chassis.telemetry import WithoutValues, span
from tests.integration.chassis.conftest import Desk, Room
from tests.kit.centre import Centre

NAME, NIK = "Zulfikarmarkah", "3323015809259876"
PATIENT = {"full_name": NAME, "birth_date": "2025-09-14", "sex": "F", "nik": NIK}
SEARCH = {"name": NAME, "birth_date": "2025-09-14"}
#: PostgreSQL quotes the row in its message; SQLAlchemy would quote what was sent.
TELLTALE = (
    """CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'cannot store % %', NEW.full_name, NEW.nik; END $$""",
    "CREATE TRIGGER tell BEFORE INSERT ON patient FOR EACH ROW EXECUTE FUNCTION tell()",
)
RENAMED = ("ALTER TABLE patient RENAME COLUMN nik TO broken",)


async def break_patients(database: Database) -> None:
    """Nobody can be registered any more."""
    async with database.writing() as connection:
        for statement in RENAMED if database.is_sqlite else TELLTALE:
            await connection.execute(sa.text(statement))


async def test_a_database_error_names_nobody_in_answer_or_log(
    centre: Centre, capfd: pytest.CaptureFixture[str]
) -> None:
    clerk = await centre.client("clerk")
    await break_patients(centre.house.service("registration").database)
    answer = await clerk.send("POST", "/registration/api/patients", PATIENT)
    await clerk.send("POST", "/registration/api/patients/search", SEARCH)
    logged = "".join(capfd.readouterr())
    assert (answer.status, answer.code) == (500, "fault")
    number = answer.body["instance"].removeprefix("urn:alur:fault:")
    assert number in answer.body["detail"]
    assert number in logged, "the log line is not found by the number"
    assert "Traceback" not in logged
    for secret in (NAME, NIK):
        assert secret not in logged + json.dumps(answer.body)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_an_error_shown_by_the_database_hides_what_was_sent(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError) as raised:
        async with database.reading() as connection:
            await connection.execute(sa.text("SELECT :name FROM nowhere"), {"name": NAME})
    assert NAME not in str(raised.value)


def test_what_libraries_log_of_an_error_is_its_kind_and_place() -> None:
    try:
        raise ValueError(f"no place for {NAME}")
    except ValueError:
        record = logging.LogRecord(
            "asyncio", logging.ERROR, "", 1, "Task failed\nfuture: %s", (NAME,), sys.exc_info()
        )
    line = json.loads(WithoutValues().format(record))
    assert (line["event"], line["error"], line["level"]) == ("Task failed", "ValueError", "error")
    assert NAME not in json.dumps(line)
    assert "test_faults.py" in line["where"][-1]


def test_a_task_nobody_waited_for_tells_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    monkeypatch.setattr(
        handler, "emit", lambda record: lines.append(WithoutValues().format(record))
    )
    logging.getLogger("asyncio").addHandler(handler)

    async def fail() -> None:
        raise ValueError(NAME)

    async def forget() -> None:
        task = asyncio.create_task(fail())
        await asyncio.wait([task])

    try:
        asyncio.run(forget())
    finally:
        logging.getLogger("asyncio").removeHandler(handler)
    assert lines
    assert NAME not in "".join(lines)


def test_a_span_ends_with_the_kind_of_an_error_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "tracer", provider.get_tracer("alur"))
    with pytest.raises(ValueError, match=NAME), span("lab handle x", {}):
        raise ValueError(f"no place for {NAME}")
    (ended,) = exporter.get_finished_spans()
    assert ended.status.description == "ValueError"
    assert NAME not in ended.to_json()


async def test_what_is_logged_of_a_message_names_its_visit_and_no_value(
    room: Room, desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    order = uuid4()
    room.failing[order] = [LookupError(NAME) for _ in range(1 + TRIES)]
    await desk.publish(order)
    (message,) = await waiting(room.database, 1)
    await room.receive_all()
    logged = "".join(capfd.readouterr())
    assert "message_failed" in logged
    assert json.loads(message.body)["correlationid"] in logged
    assert NAME not in logged
