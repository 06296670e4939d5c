"""Routes every service has for its pages: the live stream, and the language switch."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from chassis.caller import LANGUAGE_COOKIE
from chassis.edge import PUBLIC, Edge, allow

router = APIRouter(include_in_schema=False)
YEAR = 365 * 24 * 3600


@router.get("/live")
async def live(edge: Annotated[Edge, allow("live")]) -> Response:
    """Event `changed` with the topics of the reader's centre that changed, one a line."""

    async def events() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(event="hello", data="")
        async for topics in edge.service.live.stream(edge.facility.code):
            yield ServerSentEvent(event="changed", data="\n".join(topics))

    return EventSourceResponse(events(), ping=15)


@router.get("/language/{code}")
async def language(code: str, edge: Annotated[Edge, allow(PUBLIC)], next: str = "/") -> Response:
    """Remember the reader's language and go back to the page (of this site only)."""
    inside = next.startswith("/") and not next.startswith(("//", "/\\"))
    response = RedirectResponse(next if inside else "/", 303)
    chosen = edge.service.pages.texts.language(code)
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, samesite="lax", path="/")
    return response
