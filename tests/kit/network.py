"""A cable between a client and a server that a test can pull out and put back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit


class Cable:
    """Forwards TCP connections to `host:port` while it is plugged in."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._pairs: set[asyncio.StreamWriter] = set()
        self._plugged = True
        self.port = 0

    def pull(self) -> None:
        """Every connection breaks, and new ones are closed at once."""
        self._plugged = False
        for writer in self._pairs:
            writer.transport.abort()

    def plug(self) -> None:
        self._plugged = True

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._plugged:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        self._pairs |= {writer, far_writer}
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            self._pairs -= {writer, far_writer}
            for end in (writer, far_writer):
                end.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.write_eof()


@asynccontextmanager
async def cable_to(host: str, port: int) -> AsyncIterator[Cable]:
    cable = Cable(host, port)
    server = await asyncio.start_server(cable.carry, "127.0.0.1", 0)
    cable.port = server.sockets[0].getsockname()[1]
    try:
        yield cable
    finally:
        server.close()
        cable.pull()


def cable_to_broker(url: str) -> AbstractAsyncContextManager[Cable]:
    parts = urlsplit(url)
    return cable_to(parts.hostname or "127.0.0.1", parts.port or 5672)


def through_cable(url: str, cable: Cable) -> str:
    """The same address, reached through the cable."""
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@127.0.0.1:{cable.port}"))
