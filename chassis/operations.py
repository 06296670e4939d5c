"""The operations page of a service: what waits to leave, what was handled, what is parked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from chassis import parking
from chassis import replay as again
from chassis.database import Database
from chassis.edge import Edge, allow
from chassis.tables import inbox, outbox, parked
from contracts.catalog import SERVICES

router = APIRouter()
OPERATIONS = "operations"
TYPES = 12


@dataclass(frozen=True)
class Figures:
    """The state of one service's messages now."""

    waiting: int
    oldest_seconds: float
    published: int
    handled: int
    parked: int


async def figures(database: Database) -> Figures:
    unpublished = outbox.c.published_at.is_(None)
    statement = sa.select(
        sa.select(sa.func.count()).select_from(outbox).where(unpublished).scalar_subquery(),
        sa.select(sa.func.min(outbox.c.recorded_at)).where(unpublished).scalar_subquery(),
        sa.select(sa.func.max(outbox.c.seq)).scalar_subquery(),
        sa.select(sa.func.max(inbox.c.position)).scalar_subquery(),
        sa.select(sa.func.count()).select_from(parked).where(parking.HELD).scalar_subquery(),
    )
    async with database.reading() as connection:
        waiting, oldest, last, handled, held = (await connection.execute(statement)).one()
    age = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
    return Figures(waiting, max(0.0, age), (last or 0) - waiting, handled or 0, held)


class Discard(BaseModel):
    reason: str = Field(min_length=3, max_length=500)


@router.get("/operations")
async def page(edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    return edge.page("operations.html", services=SERVICES)


@router.get("/operations/part")
async def part(edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    return edge.part("parts/operations.html", **await _picture(edge))


@router.get("/parts/parked")
async def notice(edge: Annotated[Edge, allow("live")]) -> Response:
    """What a room says of messages it could not take in: kinds and numbers, never a patient."""
    held = await parking.held_here(edge.service.database, edge.facility.code)
    return edge.part(
        "parts/parked.html",
        held=[row for row in held if row.code != parking.BEHIND],
        behind=sum(row.number for row in held if row.code == parking.BEHIND),
        may_decide=bool(edge.who.roles & edge.service.rights[OPERATIONS]),
    )


@router.get("/api/operations")
async def state(edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    """Figures and parked messages, as JSON."""
    picture = await _picture(edge)
    figures_: Figures = picture["figures"]
    held = [
        {name: str(value) for name, value in row._mapping.items() if name != "body"}
        for row in picture["parked"]
    ]
    return JSONResponse({**figures_.__dict__, "messages": held})


@router.post("/api/operations/parked/{event_id}/replay")
async def replay(event_id: UUID, edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    """Handle a parked message again; 409 or 422 with the cause where it still cannot be."""
    return JSONResponse({"handled": await _replay(edge, event_id)})


@router.post("/api/operations/parked/{event_id}/discard")
async def discard(
    event_id: UUID, body: Discard, edge: Annotated[Edge, allow(OPERATIONS)]
) -> Response:
    """Give a parked message up, with a reason."""
    await _discard(edge, event_id, body.reason)
    return JSONResponse({"discarded": str(event_id)})


@router.post("/operations/{event_id}/replay")
async def replay_form(event_id: UUID, edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    await _replay(edge, event_id)
    return _back(edge)


@router.post("/operations/{event_id}/discard")
async def discard_form(event_id: UUID, edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    form = await edge.form(Discard)
    await _discard(edge, event_id, form.reason)
    return _back(edge)


async def _replay(edge: Edge, event_id: UUID) -> int:
    try:
        return await again.replay(edge.service.require_inbox(), event_id, edge.who.actor)
    finally:
        _tell(edge)


async def _discard(edge: Edge, event_id: UUID, reason: str) -> None:
    try:
        await again.discard(edge.service.require_inbox(), event_id, edge.who.actor, reason)
    finally:  # it is gone, even where the next one behind it cannot be handled either
        _tell(edge)


def _tell(edge: Edge) -> None:
    edge.service.live.notify([f"{edge.facility.code}/{parking.TOPIC}"])


def _back(edge: Edge) -> Response:
    return RedirectResponse(edge.service.pages.url("/operations"), 303)


async def _picture(edge: Edge) -> dict[str, Any]:
    """Figures, what is parked for this centre (or unreadable), and what waits behind each."""
    mine = sa.or_(parked.c.facility == edge.facility.code, parked.c.facility == "")
    held = sa.select(parked).where(parking.HELD, mine).order_by(parked.c.position)
    newest = sa.select(outbox.c.type, sa.func.count().label("count")).group_by(outbox.c.type)
    async with edge.service.database.reading() as connection:
        rows = (await connection.execute(held.limit(200))).all()
        recent = newest.where(outbox.c.facility == edge.facility.code)
        types = (await connection.execute(recent.order_by(sa.desc("count")).limit(TYPES))).all()
    heads = [row for row in rows if row.code != parking.BEHIND]
    behind = {row.event_id: _behind(row, rows) for row in heads}
    numbers = await figures(edge.service.database)
    return {"figures": numbers, "parked": heads, "behind": behind, "types": types}


def _behind(head: Any, rows: Any) -> int:
    return sum(r.partitionkey == head.partitionkey and r.code == parking.BEHIND for r in rows)
