"""What is said in front of the rooms, where a request reaches none of them."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from chassis.auth import SIGN_IN_AGAIN, Identity
from chassis.errors import Unauthenticated
from chassis.front import HEADERS
from chassis.problems import on_http
from chassis.settings import Settings
from chassis.web.pages import Pages
from contracts.catalog import SERVICES
from contracts.facility import Facility


class Door:
    """Stands where a service stands in a room: its pages show what was refused, to anybody."""

    def __init__(self, settings: Settings) -> None:
        folder = Path(importlib.import_module("services.registration").__path__[0])
        urls = {service: settings.room_url(service) for service in SERVICES}
        self.pages = Pages("registration", folder, urls)
        self.profiles: Mapping[str, Facility] = {}
        self.tokens = self

    def verify(self, token: str) -> Identity:
        raise Unauthenticated(SIGN_IN_AGAIN)


def in_front(
    settings: Settings,
    routes: Sequence[BaseRoute],
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None,
) -> Starlette:
    """The application in front of the rooms."""
    handlers = {HTTPException: _on_http}
    app = Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan)
    app.state.service = Door(settings)
    return app


async def _on_http(request: Request, error: Exception) -> Response:
    response = await on_http(request, error)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
