"""Is this process alive, and can it do its work: /healthz, /readyz and /metrics."""

from collections.abc import Iterable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.metrics import OUTBOX_AGE, OUTBOX_WAITING, PARKED_NOW
from chassis.operations import figures
from chassis.runtime import Service

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> Response:
    return PlainTextResponse("ok")


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    return answer(await needs(request.app.state.service))


async def needs(service: Service) -> dict[str, bool]:
    """What a service needs for its work, and whether it is there."""
    return {"database": await service.database.is_up(), "bus": await service.bus_up()}


def answer(parts: Mapping[str, bool]) -> Response:
    """200 when all is there; else 503, and what is missing."""
    return JSONResponse(parts, 200 if all(parts.values()) else 503)


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
