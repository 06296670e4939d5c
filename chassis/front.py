"""What every request passes first: size limit, security headers, measured seconds, a trace."""

from time import perf_counter
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.metrics import HTTP_SECONDS
from chassis.telemetry import span

MAX_BODY = 1_000_000
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
    """ASGI middleware of one service."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app, self.service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = perf_counter()
        status = 500

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
        with span(f"{self.service} {scope['method']}", carrier):
            try:
                await self.app(scope, limited(receive), send_with_headers)
            except ClientDisconnect:
                return
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
