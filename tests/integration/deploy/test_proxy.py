"""The reverse proxy's configuration in a real nginx, before services that say what reached them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from contracts.catalog import SERVICES
from tests.kit import eventually
from tests.kit.tools import need

PROXY = Path(__file__).parents[3] / "deploy" / "proxy"


class Room:
    """Stands for one service; its live page sends a second event only when it is told to."""

    def __init__(self, name: str) -> None:
        self.name, self.go_on = name, asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == f"/{self.name}/live":
            return await self._live(request)
        return web.json_response(
            {"room": self.name, "path": request.path_qs, "headers": dict(request.headers)}
        )

    async def _live(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        await stream.write(b"event: hello\n\n")
        await self.go_on.wait()
        await stream.write(b"event: changed\n\n")
        return stream


class Front:
    """The address of the proxy, and the services behind it."""

    def __init__(
        self, address: str, rooms: dict[str, Room], session: aiohttp.ClientSession
    ) -> None:
        self.address, self.rooms, self._session = address, rooms, session

    def get(self, path: str, **headers: str) -> "aiohttp.client._RequestContextManager":
        return self._session.get(self.address + path, headers=headers, allow_redirects=False)

    async def answers(self) -> bool:
        try:
            async with self.get("/healthz") as answer:
                return answer.status == 200
        except aiohttp.ClientConnectionError:
            return False


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    program, rooms = need("nginx"), {name: Room(name) for name in SERVICES}
    async with AsyncExitStack() as stack:
        ports = {name: await serve(stack, room) for name, room in rooms.items()}
        port = configure(tmp_path, ports)
        command = (program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"))
        await ends_well(*command, "-t", "-q")
        nginx = await asyncio.create_subprocess_exec(*command, "-g", "daemon off;")
        session = await stack.enter_async_context(aiohttp.ClientSession())
        front = Front(f"http://127.0.0.1:{port}", rooms, session)
        try:
            await eventually(front.answers)
            yield front
        finally:
            nginx.terminate()
            await nginx.wait()


async def serve(stack: AsyncExitStack, room: Room) -> int:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", room.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return int(runner.addresses[0][1])


def configure(folder: Path, ports: dict[str, int]) -> int:
    """The committed files with only addresses and the folder for temporary files changed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    text = (PROXY / "nginx.conf").read_text()
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("/tmp/", f"{folder}/")
    text = text.replace("/dev/stdout", f"{folder}/access.log")
    (folder / "nginx.conf").write_text(text)
    upstreams = (PROXY / "upstreams.conf").read_text().replace(" resolve;", ";")
    for name, place in ports.items():
        upstreams = upstreams.replace(f"server {name}:8080", f"server 127.0.0.1:{place}")
    (folder / "upstreams.conf").write_text(upstreams)
    return port


async def ends_well(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


@pytest.mark.parametrize("service", SERVICES)
async def test_each_prefix_reaches_its_service_with_the_path_as_it_was(
    front: Front, service: str
) -> None:
    async with front.get(f"/{service}/api/x%20y?q=1") as answer:
        body = await answer.json()
    assert (body["room"], body["path"]) == (service, f"/{service}/api/x%20y?q=1")


async def test_the_empty_path_leads_to_the_home_page(front: Front) -> None:
    async with front.get("/") as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/registration/")


async def test_a_live_page_gets_each_event_at_once(front: Front) -> None:
    async with asyncio.timeout(10), front.get("/lab/live", **{"Accept-Encoding": "gzip"}) as answer:
        assert await answer.content.readuntil(b"\n\n") == b"event: hello\n\n"
        front.rooms["lab"].go_on.set()
        assert await answer.content.readuntil(b"\n\n") == b"event: changed\n\n"


@pytest.mark.parametrize("path", ["/lab/metrics", "/lab/readyz", "/metrics", "/readyz", "/x/"])
async def test_numbers_probes_and_unknown_paths_are_not_public(front: Front, path: str) -> None:
    async with front.get(path) as answer:
        assert answer.status == 404


async def test_services_learn_of_the_reader_and_of_tls_in_front(front: Front) -> None:
    forged = {"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Proto": "https"}
    async with front.get("/lab/", **forged) as answer:
        seen = (await answer.json())["headers"]
    assert (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"]) == ("127.0.0.1", "https")
    assert seen["Host"] in front.address


async def test_the_access_log_holds_no_address_of_a_person(front: Front, tmp_path: Path) -> None:
    async with front.get("/registration/patients?q=aisyah") as answer:
        assert answer.status == 200

    async def written() -> str:  # nginx writes after it has answered
        return (tmp_path / "access.log").read_text()

    log = await eventually(written)
    assert "aisyah" not in log
    assert "patients" not in log
