"""Sign in and out with a browser."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from chassis.edge import PUBLIC, Edge, allow
from chassis.errors import Problem
from chassis.session import forget, remember

from .. import schemas
from ..use_cases import accounts

router = APIRouter()


@router.get("/sign-in")
async def page(edge: Annotated[Edge, allow(PUBLIC)], next: str = "") -> Response:
    return edge.page("sign_in.html", next=_inside(next), username="", problem=None)


@router.post("/sign-in")
async def sign_in(edge: Annotated[Edge, allow(PUBLIC)], next: str = "") -> Response:
    """Goes to the page that was asked for; a refusal shows the form again."""
    form = await edge.form(schemas.SignIn)
    service = edge.service
    try:
        who = await accounts.sign_in(
            service.database, service.profiles, form.username, form.password, datetime.now(UTC)
        )
    except Problem as problem:
        return edge.page(
            "sign_in.html",
            status=problem.status,
            next=_inside(next),
            username=form.username,
            problem=problem.message,
        )
    # A display or a queue machine has one page; everybody else begins at home.
    start = {"display": "/display", "queue_machine": "/machine"}
    first = next_of(start, who.roles)
    response = RedirectResponse(_inside(next) or service.pages.url(first), 303)
    remember(edge, response, service.tokens.issue(who))
    return response


def next_of(start: dict[str, str], roles: frozenset[str]) -> str:
    return next((path for role, path in start.items() if roles == {role}), "/")


@router.post("/sign-out")
async def sign_out(edge: Annotated[Edge, allow(PUBLIC)]) -> Response:
    response = RedirectResponse(edge.service.pages.url("/sign-in"), 303)
    forget(response)
    return response


def _inside(path: str) -> str:
    """Only a page of this site: an address from outside is dropped."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if inside else ""
