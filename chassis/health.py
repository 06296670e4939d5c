"""Is this process alive, and can it do its work: /healthz, /readyz and /metrics."""

from collections.abc import Iterable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.metrics import OUTBOX_AGE, OUTBOX_WAITING, PARKED_NOW
from chassis.migrate import is_current
from chassis.operations import figures
from chassis.runtime import Service

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> Response:
    return PlainTextResponse("ok")


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    return answer(await needs(request.app.state.service))


Parts = Mapping[str, bool]


async def needs(service: Service) -> Parts:
    """What a service needs for its work in this process, and whether it is there."""
    database = await service.database.is_up()
    migrated = database and await is_current(service.name, service.database)
    found = {"database": database, "migrations": migrated}
    if service.bus is not None:
        broker = await service.bus.healthy()
        found["broker"] = broker
        found["consumer"] = broker and await service.bus.consumes(service.name)
    return found


def answer(parts: Parts) -> Response:
    """200 when all is there; else 503, and what is missing."""
    return JSONResponse(parts, 200 if all(parts.values()) else 503)


def answer_for_all(services: Mapping[str, Parts]) -> Response:
    """The same for several services."""
    whole = all(all(parts.values()) for parts in services.values())
    return JSONResponse(services, 200 if whole else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    return await measured([request.app.state.service])


async def measured(services: Iterable[Service]) -> Response:
    """What this process has counted, and what waits in the databases of these services now."""
    for service in services:
        if await service.database.is_up():
            now = await figures(service.database)
            OUTBOX_WAITING.labels(service.name).set(now.waiting)
            OUTBOX_AGE.labels(service.name).set(now.oldest_seconds)
            PARKED_NOW.labels(service.name).set(now.parked)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
