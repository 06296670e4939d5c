"""The operations page of a service: what waits to leave, what was handled, what is parked."""

from collections.abc import Awaitable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from chassis import parking
from chassis import replay as again
from chassis.bodies import Body
from chassis.database import Database, is_transient
from chassis.edge import Edge, allow
from chassis.tables import inbox, outbox, parked
from chassis.work import Work
from contracts.catalog import SERVICES

router = APIRouter()
OPERATIONS = "operations"
#: Heads that the page lists, and messages among which it counts the types.
SHOWN = 200
RECENT = 1000


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
        sa.select(outbox.c.recorded_at)
        .where(unpublished)
        .order_by(outbox.c.seq)
        .limit(1)
        .scalar_subquery(),
        sa.select(sa.func.max(outbox.c.seq)).scalar_subquery(),
        sa.select(sa.func.max(inbox.c.position)).scalar_subquery(),
        sa.select(sa.func.count()).select_from(parked).where(parking.HELD).scalar_subquery(),
    )
    async with database.reading() as connection:
        waiting, oldest, last, handled, held = (await connection.execute(statement)).one()
    age = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
    return Figures(waiting, max(0.0, age), (last or 0) - waiting, handled or 0, held)


class Nothing(Body):
    """A form without fields of its own."""


class Discard(Body):
    reason: str = Field(min_length=3, max_length=500)


class Decision(BaseModel):
    """What became of a parked message; those behind it follow by themselves."""

    event_id: UUID
    state: Literal["replayed", "discarded"]


class Held(BaseModel):
    """The oldest message that is held of its key, and how many wait behind it."""

    event_id: UUID
    type: str
    facility: str
    source: str
    partitionkey: str
    sequence: int
    code: str
    cause: str
    parked_at: datetime
    behind: int


class State(BaseModel):
    """Figures of a service's messages, and those on which somebody has to decide."""

    waiting: int
    oldest_seconds: float
    published: int
    handled: int
    parked: int
    messages: list[Held]


@router.get("/operations")
async def page(edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    return edge.page("operations.html", services=SERVICES)


@router.get("/operations/part")
async def part(edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    return edge.part(
        "parts/operations.html",
        figures=await figures(edge.service.database),
        parked=await edge.load(_heads),
        types=await edge.load(_types),
        recent=RECENT,
    )


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


@router.get("/api/operations", response_model=State)
async def state(edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    """Figures and parked messages."""
    now = await figures(edge.service.database)

    async def read(work: Work) -> dict[str, Any]:
        return {**asdict(now), "messages": [row._asdict() for row in await _heads(work)]}

    return await edge.query(read, answer=State)


@router.post("/api/operations/parked/{event_id}/replay", response_model=Decision)
async def replay(event_id: UUID, edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    """Handle a parked message again; 409 or 422 with the cause where it still cannot be."""
    command = edge.command(lambda work: _replay(work, edge, event_id), answer=Decision)
    return await _replayed(edge, command)


@router.post("/api/operations/parked/{event_id}/discard", response_model=Decision)
async def discard(
    event_id: UUID, body: Discard, edge: Annotated[Edge, allow(OPERATIONS)]
) -> Response:
    """Give a parked message up, with a reason."""
    answer = await edge.command(lambda work: _discard(work, event_id, body.reason), answer=Decision)
    return await _resumed(edge, answer)


@router.post("/operations/{event_id}/replay")
async def replay_form(event_id: UUID, edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    command = edge.submit(
        Nothing, lambda work, form: _replay(work, edge, event_id), to="/operations"
    )
    return await _replayed(edge, command)


@router.post("/operations/{event_id}/discard")
async def discard_form(event_id: UUID, edge: Annotated[Edge, allow(OPERATIONS)]) -> Response:
    answer = await edge.submit(
        Discard, lambda work, form: _discard(work, event_id, form.reason), to="/operations"
    )
    return await _resumed(edge, answer)


async def _replay(work: Work, edge: Edge, event_id: UUID) -> Decision:
    await again.replay(work, edge.service.require_inbox(), event_id)
    return Decision(event_id=event_id, state="replayed")


async def _discard(work: Work, event_id: UUID, reason: str) -> Decision:
    await again.discard(work, event_id, reason)
    return Decision(event_id=event_id, state="discarded")


async def _replayed(edge: Edge, command: Awaitable[Response]) -> Response:
    """The answer of a replay; where it failed, the message keeps the new cause."""
    try:
        answer = await command
    except again.StillHeld as held:
        await again.note(edge.service.require_inbox(), held.row, held.cause)
        raise held.cause from held
    return await _resumed(edge, answer)


async def _resumed(edge: Edge, answer: Response) -> Response:
    """What was decided stands, whatever becomes of the messages behind it."""
    try:
        await again.resume(edge.service.require_inbox(), edge.who.actor)
    except Exception as error:
        if not is_transient(error):
            raise  # else a worker goes on by the clock
    return answer


async def _heads(work: Work) -> Sequence[Any]:
    """What somebody of this centre may decide on: its own messages, and those that name none."""
    head = parking.heads()
    facts = [column for column in parked.c if column.name != "body"]
    statement = (
        sa.select(*facts, head.c.behind)
        .join(head, head.c.position == parked.c.position)
        .where(parked.c.facility.in_((work.facility.code, "")))
        .order_by(parked.c.position)
        .limit(SHOWN)
    )
    return await work.all(statement)


async def _types(work: Work) -> Sequence[Any]:
    """What this centre has published most of late."""
    newest = sa.select(outbox.c.type, outbox.c.facility).order_by(outbox.c.seq.desc())
    recent = newest.limit(RECENT).subquery()
    statement = (
        sa.select(recent.c.type, sa.func.count().label("count"))
        .where(recent.c.facility == work.facility.code)
        .group_by(recent.c.type)
        .order_by(sa.desc("count"))
    )
    return await work.all(statement)
