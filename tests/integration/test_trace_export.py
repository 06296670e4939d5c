"""What a process exports: one trace for a command, one span for each step, nothing beside it."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from chassis.settings import Settings
from deploy.demo import PASSWORD, username
from deploy.simulate.centre import wait_until_ready
from tests.kit.processes import launched
from tests.kit.waiting import eventually

PATIENT = {"full_name": "Siti", "birth_date": "2025-09-14", "sex": "F"}
REGISTERED = "registration.patient.registered.v1"


class Collector:
    """Takes spans as an OTLP collector does; counts them by trace and name."""

    def __init__(self) -> None:
        self.names: dict[str, Counter[str]] = {}
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        sent = ExportTraceServiceRequest.FromString(await request.read())
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.names.setdefault(span.trace_id.hex(), Counter())[span.name] += 1
        return web.Response(content_type="application/x-protobuf")


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    found, app = Collector(), web.Application()
    app.router.add_post("/{path:.*}", found.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield found
    finally:
        await runner.cleanup()


@pytest.mark.mode("embedded")
async def test_a_command_is_one_trace_without_spans_of_the_framework(
    settings: Settings, collector: Collector
) -> None:
    tracing = {
        "ALUR_TRACE": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
    }
    trace = secrets.token_hex(16)
    async with launched(settings, "up", **tracing) as process, aiohttp.ClientSession() as session:
        await wait_until_ready(process.url, process.child, process.log)
        who = {"username": username("clerk", "dharma_rini"), "password": PASSWORD}
        async with session.post(f"{process.url}/registration/api/session", json=who) as answer:
            token = (await answer.json())["token"]
        headers = {
            "Authorization": f"Bearer {token}",
            "traceparent": f"00-{trace}-{secrets.token_hex(8)}-01",
        }
        body = PATIENT | {"nik_absent_reason": "Belum punya NIK"}
        patients = f"{process.url}/registration/api/patients"
        async with session.post(patients, json=body, headers=headers) as answer:
            assert answer.status == 201

        async def handled() -> Counter[str]:
            names = collector.names.get(trace, Counter())
            return names if any(REGISTERED in name for name in names) else Counter()

        names = await eventually(handled)
        process.child.terminate()
        await asyncio.wait_for(process.child.wait(), 10)
    assert names["registration POST"] == 1
    steps = {name for name in collector.names[trace] if " handle " not in name}
    assert steps == {"registration POST"}
