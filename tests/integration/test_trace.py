"""One trace follows a lab request from the room's HTTP call through outbox and bus to the bench."""

import secrets

import pytest
import sqlalchemy as sa
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import telemetry
from chassis.tables import outbox
from tests.kit.centre import Centre
from tests.kit.journey import Journey
from tests.kit.samples import HAEMOGLOBIN
from tests.kit.waiting import eventually

REQUESTED = "clinical.lab.requested.v1"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Everything that this process traces, kept in memory."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "tracer", provider.get_tracer("alur"))
    return exporter


async def test_a_lab_request_is_one_trace_from_the_room_to_the_bench(
    spans: InMemorySpanExporter, centre: Centre
) -> None:
    journey = Journey(centre)
    await journey.arrive()
    await journey.examine()
    trace, caller = secrets.token_hex(16), secrets.token_hex(8)
    spans.clear()

    midwife = await centre.client("midwife")
    order = await midwife.post(
        journey.care("lab-requests"),
        {"tests": [HAEMOGLOBIN]},
        headers={"traceparent": f"00-{trace}-{caller}-01"},
    )

    async def handled() -> dict[str, ReadableSpan]:
        mine = {span.name: span for span in spans.get_finished_spans() if trace_of(span) == trace}
        wanted = {f"{service} handle {REQUESTED}" for service in ("lab", "registration")}
        return mine if wanted <= mine.keys() else {}

    found = await eventually(handled)
    post = found["clinical POST"]
    assert post.parent is not None
    assert f"{post.parent.span_id:016x}" == caller
    assert post.context is not None
    kept = f"00-{trace}-{post.context.span_id:016x}-01"
    assert await traceparents(centre, "clinical", order["id"]) == [kept]
    for service in ("lab", "registration"):
        handling = found[f"{service} handle {REQUESTED}"]
        assert handling.parent is not None
        assert handling.parent.span_id == post.context.span_id

    async def answered() -> bool:
        """What the handlers publish themselves belongs to the same trace."""
        places = await traceparents(centre, "lab", order["id"])
        return bool(places) and all(place and trace in place for place in places)

    await eventually(answered)


async def test_spans_say_nothing_about_the_patient(
    spans: InMemorySpanExporter, centre: Centre
) -> None:
    journey = Journey(centre, name="Zulfikarnama Tersembunyi", nik="3323015809259876")
    await journey.arrive()
    await journey.examine()
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    assert told
    for secret in (*journey.name.split(), str(journey.nik), journey.visit, journey.patient):
        assert secret not in told


def trace_of(span: ReadableSpan) -> str:
    return f"{span.context.trace_id:032x}" if span.context else ""


async def traceparents(centre: Centre, service: str, order_id: str) -> list[str | None]:
    """The trace contexts of what a service published about an order."""
    statement = sa.select(outbox.c.traceparent).where(
        outbox.c.data.contains(order_id), outbox.c.type.startswith(f"{service}.")
    )
    async with centre.house.service(service).database.reading() as connection:
        return list(await connection.scalars(statement))
