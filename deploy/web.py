"""The web server of one process: it serves until it is told to end."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

#: Environment variable with the process id of the supervisor.
SUPERVISOR = "ALUR_SUPERVISOR"


class Web(uvicorn.Server):
    """Ends by `should_exit`. Signals are the launcher's affair: uvicorn raises them again after
    its own shutdown, and the process would die before relays and databases are closed.

    `listening` is called when it answers; `ending` before answers under way are waited for: a
    live page's would never end.
    """

    def __init__(
        self, config: uvicorn.Config, ending: Callable[[], None], listening: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ending, self._listening = ending, listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def until_told(self, place: socket.socket) -> None:
        """Serve until SIGINT or SIGTERM, or until the supervisor that started us is gone."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, setattr, self, "should_exit", True)
        watch = asyncio.create_task(self._watch_supervisor())
        try:
            await self.serve([place])
        finally:
            watch.cancel()

    async def _watch_supervisor(self) -> None:
        parent = os.environ.get(SUPERVISOR)
        while parent and os.getppid() == int(parent):  # noqa: ASYNC110 - nobody tells an orphan
            await asyncio.sleep(1)
        self.should_exit = self.should_exit or parent is not None


class PlaceTaken(Exception):
    """Nothing can listen at this address; the message says what to do."""


def place_at(host: str, port: int) -> socket.socket:
    """The address, taken but not listened at yet: nobody waits there for what is not ready."""
    place = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind((host, port))
    except OSError as error:
        place.close()
        raise PlaceTaken(
            f"Nothing can listen on {host}:{port} ({error.strerror}):"
            " choose another place with --host and --port, or ALUR_HOST and ALUR_PORT"
        ) from error
    return place


def nothing() -> None:
    """For a server whose beginning or end concerns nobody else."""


def server(
    app: Starlette, ending: Callable[[], None] = nothing, listening: Callable[[], None] = nothing
) -> Web:
    config = uvicorn.Config(
        app,
        log_config=None,  # as the process logs: one JSON object a line
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
    )
    return Web(config, ending, listening)
