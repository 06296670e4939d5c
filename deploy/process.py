"""One process of Alur: some or all services behind one address."""

import asyncio
import fcntl
import gc
import importlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, Literal

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from chassis import health
from chassis.migrate import upgrade
from chassis.profiles import load
from chassis.service import House, Worker, open_house
from chassis.settings import Settings
from chassis.telemetry import configure_logs, configure_traces
from contracts.catalog import SERVICES
from contracts.facility import Facility
from deploy.demo import load as load_demo
from deploy.welcome import print_welcome

#: Environment variable with the process id of the supervisor.
SUPERVISOR = "ALUR_SUPERVISOR"

Role = Literal["all", "api", "worker"]


class AlreadyRunning(Exception):
    """Another process uses this data folder."""


@asynccontextmanager
async def running(
    settings: Settings, names: Sequence[str] = SERVICES, role: Role = "all"
) -> AsyncIterator[tuple[House, Starlette]]:
    """A house with its services started; yields it with the ASGI app that serves them."""
    house = await open_house(settings, profiles(settings))
    workers: list[Worker] = []
    watchers: list[asyncio.Task[None]] = []
    try:
        apps = _compose(house, names, workers)
        if role == "api":
            for name in names:
                service = house.service(name)
                service.bus = None
                watchers.append(asyncio.create_task(service.live.watch(service.database)))
        else:
            await house.bus.start()
            await house.bus.declare(SERVICES)
            for worker in workers:
                await worker.subscribe()
            for worker in workers:
                worker.run()
        yield house, front_door(house, apps if role != "worker" else {}, names)
    finally:
        for task in watchers:
            task.cancel()
        for worker in workers:
            await worker.stop()
        if role != "api":
            await house.bus.stop()
        await house.close()


def profiles(settings: Settings) -> Mapping[str, Facility]:
    return load(settings.facilities_dir)


def _compose(house: House, names: Sequence[str], workers: list[Worker]) -> dict[str, Starlette]:
    apps: dict[str, Starlette] = {}
    for name in names:
        module = importlib.import_module(f"services.{name}.app")
        apps[name] = module.create_api(house)
        workers.append(module.create_worker(house))
    return apps


def front_door(house: House, apps: Mapping[str, Starlette], names: Sequence[str]) -> Starlette:
    """Each service under its prefix; `/` leads home; probes and metrics are the whole process's."""

    async def home(request: Request) -> Response:
        return RedirectResponse(house.settings.room_url("registration") + "/")

    async def alive(request: Request) -> Response:
        return Response("ok")

    async def ready(request: Request) -> Response:
        found = {name: await health.needs(house.service(name)) for name in names}
        return health.answer({name: all(parts.values()) for name, parts in found.items()})

    async def metrics(request: Request) -> Response:
        return await health.measured(map(house.service, names))

    routes = [
        Route("/", home),
        Route("/healthz", alive),
        Route("/readyz", ready),
        Route("/metrics", metrics),
    ]
    mounts = [Mount(f"/{name}", app) for name, app in apps.items()]
    return Starlette(routes=[*routes, *mounts])


async def migrate(settings: Settings, names: Sequence[str] = SERVICES) -> None:
    for name in names:
        await upgrade(name, settings.database(name))


async def serve(
    settings: Settings,
    names: Sequence[str],
    role: Role,
    host: str,
    port: int,
    *,
    demo: bool = False,
) -> None:
    """Run until SIGINT or SIGTERM; migrations first."""
    configure_logs(settings.log_level)
    # A commit that returns from its thread must not wait 5 ms for the interpreter.
    sys.setswitchinterval(0.0005)
    if settings.trace:
        configure_traces(names[0] if len(names) == 1 else "all")
    lock = hold(settings.data_dir) if settings.mode == "embedded" else None
    try:
        await prepare(settings, names, demo=demo)
        async with running(settings, names, role) as (house, app):
            # What was loaded stays for good: the collector need not walk it again and again.
            gc.collect()
            gc.freeze()
            gc.set_threshold(20_000, 20, 20)
            web = server(app, host, port)
            if len(names) > 1:
                print_welcome(f"http://{host}:{port}/", house.profiles, demo=demo)
            await web.until_told()
    finally:
        if lock:
            lock.close()


async def prepare(settings: Settings, names: Sequence[str] = SERVICES, *, demo: bool) -> None:
    """Databases at the newest version, with demo data where it is asked for."""
    await migrate(settings, names)
    if demo:
        await load_demo(settings, list(profiles(settings).values()))


class Web(uvicorn.Server):
    """Ends by `should_exit`. Signals are the launcher's affair: uvicorn raises them again after
    its own shutdown, and the process would die before relays and databases are closed.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def until_told(self) -> None:
        """Serve until SIGINT or SIGTERM, or until the supervisor that started us is gone."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, setattr, self, "should_exit", True)
        watch = asyncio.create_task(self._watch_supervisor())
        try:
            await self.serve()
        finally:
            watch.cancel()

    async def _watch_supervisor(self) -> None:
        parent = os.environ.get(SUPERVISOR)
        while parent and os.getppid() == int(parent):  # noqa: ASYNC110 - nobody tells an orphan
            await asyncio.sleep(1)
        self.should_exit = self.should_exit or parent is not None


def server(app: Starlette, host: str, port: int) -> Web:
    return Web(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
            timeout_keep_alive=30,
        )
    )


def hold(folder: Path) -> IO[str]:
    """Keep other processes away from this data folder for as long as the file is open."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise AlreadyRunning(f"Another Alur already runs on {folder}") from error
    return lock
