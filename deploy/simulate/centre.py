"""The centre that is simulated: one of the simulator's own, removed afterwards, or another's."""

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import aiohttp
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.settings import Settings
from contracts.catalog import SERVICES
from deploy.simulate.ending import to_the_end
from deploy.web import SUPERVISOR

START_SECONDS = 90.0
STOP_SECONDS = 20.0
REMOVE_SECONDS = 120.0


class NotStarted(Exception):
    """The centre did not become ready; the message holds the end of its log."""


class NotThere(Exception):
    """Nothing answers at the address given, or its databases are not those of the settings."""


@dataclass(frozen=True)
class Running:
    """A running centre. `addresses`: service -> where to send its requests."""

    settings: Settings
    url: str
    addresses: Mapping[str, str]
    pid: int
    ready_seconds: float


@asynccontextmanager
async def own_centre(
    mode: str, *, direct: bool = False, name: str = "sim", demo: bool = True
) -> AsyncIterator[Running]:
    """Start a centre, wait until it is ready, stop it and remove what it stored.

    `direct`: requests go to each service itself instead of through the public address.
    """
    with tempfile.TemporaryDirectory(prefix="alur-") as folder:
        environment = _environment(mode, Path(folder), f"alur_{name}_{secrets.token_hex(3)}")
        settings = _settings(environment)
        try:
            async with _process(mode, settings, environment, demo=demo) as running:
                yield _direct(running) if direct else running
        finally:
            if mode == "distributed":
                await to_the_end(_remove(settings))


async def centre_at(url: str, settings: Settings) -> Running:
    """A centre somebody else runs; NotThere where nothing answers."""
    try:
        limit = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=limit) as session, session.get(url):
            pass
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        cause = str(error) or type(error).__name__
        raise NotThere(f"no centre answers at {url}: {cause}") from error
    return Running(settings, url, dict.fromkeys(SERVICES, url), 0, 0.0)


def _environment(mode: str, folder: Path, name: str) -> dict[str, str]:
    environment = {**os.environ, "ALUR_MODE": mode, "ALUR_DATA_DIR": str(folder)}
    if mode == "embedded":
        environment.pop("ALUR_DATABASE_URL", None)
        return environment
    server = make_url(Settings(mode="distributed").database("registration"))
    address = server.set(database=f"{name}_{{service}}").render_as_string(hide_password=False)
    return environment | {
        "ALUR_DATABASE_URL": address.replace("%7B", "{").replace("%7D", "}"),
        "ALUR_AMQP_NAMESPACE": name,
    }


def _settings(environment: Mapping[str, str]) -> Settings:
    """What the started processes will read from their environment."""
    mine = {
        key.removeprefix("ALUR_").lower(): value
        for key, value in environment.items()
        if key in {"ALUR_MODE", "ALUR_DATA_DIR", "ALUR_DATABASE_URL", "ALUR_AMQP_NAMESPACE"}
    }
    return Settings(**mine)  # type: ignore[arg-type]


@asynccontextmanager
async def _process(
    mode: str, settings: Settings, environment: Mapping[str, str], *, demo: bool
) -> AsyncIterator[Running]:
    port = free_ports(1 + len(SERVICES))
    command = [sys.executable, "-m", "deploy", "up", "--mode", mode, "--port", str(port)]
    log = settings.data_dir / "centre.log"
    started = monotonic()
    with log.open("wb") as output:
        # In a session of its own Ctrl-C does not reach it: it is stopped below, once.
        child = await asyncio.create_subprocess_exec(
            *command,
            *(["--demo"] if demo else []),
            env={**environment, SUPERVISOR: str(os.getpid())},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            await wait_until_ready(url, child, log)
            seconds = monotonic() - started
            yield Running(settings, url, dict.fromkeys(SERVICES, url), child.pid, seconds)
        finally:
            await to_the_end(stop(child))


def _direct(running: Running) -> Running:
    file = running.settings.data_dir / "addresses.json"
    if not file.exists():  # embedded: one process, one address
        return running
    addresses = json.loads(file.read_text(encoding="utf-8"))["services"]
    return Running(running.settings, running.url, addresses, running.pid, running.ready_seconds)


async def wait_until_ready(url: str, child: asyncio.subprocess.Process, log: Path) -> None:
    """Returns when /readyz says so; NotStarted with the end of the log otherwise."""
    deadline = monotonic() + START_SECONDS
    async with aiohttp.ClientSession() as session:
        while monotonic() < deadline and child.returncode is None:
            if await _answers(session, f"{url}/readyz"):
                return
            await asyncio.sleep(0.05)
    raise NotStarted(f"the centre at {url} did not become ready\n{_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, OSError):
        return False


async def stop(child: asyncio.subprocess.Process) -> None:
    """Ask politely, then insist."""
    if child.returncode is not None:
        return
    child.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(child.wait(), STOP_SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()


def free_ports(count: int) -> int:
    """The first of `count` neighbouring ports that are free now."""
    for _ in range(200):
        first = 20_000 + secrets.randbelow(20_000)
        if all(_is_free(first + offset) for offset in range(count)):
            return first
    raise NotStarted("no free ports on this machine")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


async def _remove(settings: Settings) -> None:
    """What was made for this run. Where that fails it is said, so that somebody else can."""
    names = [make_url(settings.database(service)).database for service in SERVICES]
    things = {
        f"databases {', '.join(map(str, names))}": remove_databases(settings),
        f"queues and exchange {settings.amqp_namespace}.*": remove_queues(settings),
    }
    for what, removal in things.items():
        try:
            await asyncio.wait_for(removal, REMOVE_SECONDS)
        except Exception as error:
            cause = f"{type(error).__name__}: {error}".splitlines()[0]
            print(f"not removed, perhaps in part: {what} ({cause})", file=sys.stderr)


async def remove_databases(settings: Settings, services: Sequence[str] = SERVICES) -> None:
    """Drop databases that were made for this run only."""
    address = make_url(settings.database(services[0])).set(database="postgres")
    engine = create_async_engine(address, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            for service in services:
                name = make_url(settings.database(service)).database
                await connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        await engine.dispose()


async def remove_queues(settings: Settings) -> None:
    """Delete the exchange and queues of this run's namespace."""
    import aio_pika  # only distributed centres have a broker

    connection = await aio_pika.connect(settings.amqp_url)
    async with connection:
        channel = await connection.channel()
        for service in SERVICES:
            for kind in ("events", "dead"):
                await channel.queue_delete(f"{settings.amqp_namespace}.{service}.{kind}")
        await channel.exchange_delete(f"{settings.amqp_namespace}.events")
