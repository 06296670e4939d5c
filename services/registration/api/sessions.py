"""Sign in with a local account: a token for programs, a cookie for browsers."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from chassis.edge import PUBLIC, Edge, allow
from chassis.session import remember

from .. import schemas
from ..use_cases import accounts

router = APIRouter(tags=["session"])


@router.post("/api/session", response_model=schemas.Session)
async def sign_in(body: schemas.SignIn, edge: Annotated[Edge, allow(PUBLIC)]) -> Response:
    """The token for the `Authorization: Bearer` header. 401 `wrong_password`, 429 after many."""
    service = edge.service
    who = await accounts.sign_in(
        service.database, service.profiles, body.username, body.password, datetime.now(UTC)
    )
    session = schemas.Session(
        token=service.tokens.issue(who),
        staff_id=who.staff_id,
        name=who.name,
        facility=who.facility,
        roles=sorted(who.roles),
        units=sorted(who.units),
    )
    response = JSONResponse(session.model_dump(), headers={"Cache-Control": "no-store"})
    remember(edge, response, session.token)
    return response
