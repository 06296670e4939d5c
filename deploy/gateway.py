"""A small reverse proxy for one machine: one public address, a path prefix per service.

For `python -m deploy up --mode distributed`; larger installations use `deploy/proxy/`.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from chassis import health
from chassis.front import limited
from chassis.settings import Settings
from deploy.door import in_front

#: Headers that speak of one connection only (RFC 9110 §7.6.1), and those the proxy sets itself.
HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer"
    " transfer-encoding upgrade content-length host".split()
)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def gateway(settings: Settings, upstreams: Mapping[str, str]) -> Starlette:
    """`upstreams`: service name -> address, for example {"lab": "http://127.0.0.1:8083"}."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # No total time-out: live pages keep their stream open all day.
        timeout = aiohttp.ClientTimeout(total=None, connect=5)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(
            timeout=timeout, connector=connector, auto_decompress=False
        ) as session:
            app.state.session = session
            yield

    async def home(request: Request) -> Response:
        return RedirectResponse("/registration/")

    async def forward(request: Request) -> Response:
        upstream = upstreams.get(request.path_params["service"])
        if upstream is None:
            raise HTTPException(404)
        return await _forward(request, upstream)

    async def ready(request: Request) -> Response:
        session: aiohttp.ClientSession = request.app.state.session
        found = {name: await _parts(session, name, at) for name, at in upstreams.items()}
        return health.answer_for_all(found)

    routes = [
        Route("/", home),
        Route("/readyz", ready),
        Route("/{service}", forward, methods=METHODS),
        Route("/{service}/{path:path}", forward, methods=METHODS),
    ]
    return in_front(settings, routes, lifespan)


async def _parts(session: aiohttp.ClientSession, service: str, upstream: str) -> health.Parts:
    """What a service says it needs; nothing where its process does not answer."""
    try:
        async with session.get(f"{upstream}/{service}/readyz") as answer:
            return {"process": True, **await answer.json()}
    except (aiohttp.ClientError, TimeoutError, OSError):
        return {"process": False}


async def _forward(request: Request, upstream: str) -> Response:
    session: aiohttp.ClientSession = request.app.state.session
    headers = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
    headers["Host"] = request.headers.get("host", "")
    headers["X-Forwarded-For"] = request.client.host if request.client else ""
    body = await Request(request.scope, limited(request.receive)).body()
    url = f"{upstream}{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")
    try:
        answer = await session.request(
            request.method, url, headers=headers, data=body, allow_redirects=False
        )
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise HTTPException(503, headers={"Retry-After": "1"}) from error
    response = StreamingResponse(_body(answer), answer.status)
    response.raw_headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in answer.headers.items()
        if name.lower() not in HOP_BY_HOP or name.lower() == "content-length"
    ]
    return response


async def _body(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.content.iter_any():
            yield chunk
    finally:
        answer.release()
