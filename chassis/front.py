"""What every request passes: size limit, security headers, measured seconds, a trace, faults."""

from time import perf_counter
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from chassis.metrics import HTTP_SECONDS
from chassis.problems import on_fault
from chassis.telemetry import correlation, fault, note_failure, span

log = structlog.get_logger(__name__)

MAX_BODY = 1_000_000
#: The status that is counted where the caller did not wait for one.
GONE = 499
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class Front:
    """ASGI middleware of one service.

    A fault ends here: further out it would be logged with its message, which may quote a name.
    """

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app, self.service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = perf_counter()
        status = GONE

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        carrier = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in {b"traceparent", b"tracestate"}
        }
        with (
            span(f"{self.service} {scope['method']}", carrier),
            bound_contextvars(correlation=correlation()),
        ):
            try:
                await self.app(scope, limited(receive), send_with_headers)
            except ClientDisconnect:
                return
            except Exception as error:
                note_failure(error)
                if status != GONE:  # too late for another answer: the connection is closed
                    log.error("answer_broken", route=_route(scope), **fault(error))
                    return
                response = await on_fault(Request(scope), error)
                await response(scope, receive, send_with_headers)
            finally:
                route = _route(scope)
                HTTP_SECONDS.labels(self.service, scope["method"], route, str(status)).observe(
                    perf_counter() - started
                )


def limited(receive: Receive) -> Receive:
    """A body past the limit ends the request; nobody fills the memory of a small PC."""
    seen = 0

    async def receive_limited() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > MAX_BODY:
                raise BodyTooLarge
        return message

    return receive_limited


class BodyTooLarge(HTTPException):
    """The request body passed the limit. FastAPI turns any other error of reading into a 400."""

    def __init__(self) -> None:
        super().__init__(413)


def _route(scope: Scope) -> str:
    """The template of the route, never the path with its ids."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", "unmatched"))
