"""One process of Alur: some or all services behind one address."""

import asyncio
import fcntl
import gc
import importlib
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from chassis import health
from chassis.audit import seal_rest
from chassis.database import is_transient
from chassis.folders import private_folder
from chassis.migrate import upgrade
from chassis.profiles import load
from chassis.service import House, Worker, connect, open_house
from chassis.settings import Settings
from chassis.telemetry import configure_logs, configure_traces
from contracts.catalog import SERVICES
from contracts.facility import Facility
from deploy.demo import load as load_demo
from deploy.door import in_front
from deploy.web import place_at, server
from deploy.welcome import print_welcome

Role = Literal["all", "api", "worker"]

#: A bus that is not there by then is waited for beside the work.
BUS_SECONDS = 5.0


class AlreadyRunning(Exception):
    """Another process uses this data folder."""


class NoDatabase(Exception):
    """A database is not there; the message says which."""


@asynccontextmanager
async def running(
    settings: Settings, names: Sequence[str] = SERVICES, role: Role = "all"
) -> AsyncIterator[tuple[House, Starlette]]:
    """A house with its services started; yields it with the ASGI app that serves them."""
    house = await open_house(settings, profiles(settings))
    workers: list[Worker] = []
    beside: list[asyncio.Task[None]] = []
    try:
        apps = _compose(house, names, workers)
        if role == "api":
            for name in names:
                service = house.service(name)
                service.bus = None
                beside.append(asyncio.create_task(service.live.watch(service.database)))
        else:
            beside.append(asyncio.create_task(connect(house.bus, workers)))
            await asyncio.wait(beside, timeout=BUS_SECONDS)
            for worker in workers:
                worker.run()
        yield house, front_door(house, apps if role != "worker" else {}, names)
    finally:
        for task in beside:
            task.cancel()
        for worker in workers:
            await worker.stop()
        if role != "api":
            await house.bus.stop()
            await asyncio.gather(*(seal_rest(house.service(name).database) for name in names))
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
        return health.answer_for_all(found)

    async def metrics(request: Request) -> Response:
        return await health.measured(map(house.service, names))

    routes = [
        Route("/", home),
        Route("/healthz", alive),
        Route("/readyz", ready),
        Route("/metrics", metrics),
    ]
    mounts = [Mount(f"/{name}", app) for name, app in apps.items()]
    return in_front(house.settings, [*routes, *mounts])


async def migrate(settings: Settings, names: Sequence[str] = SERVICES) -> None:
    for name in names:
        try:
            await upgrade(name, settings.database(name))
        except Exception as error:
            if not is_transient(error):
                raise
            raise NoDatabase(
                f"The database of {name} cannot be used ({type(error).__name__}):"
                " does it run, and does ALUR_DATABASE_URL or ALUR_DATA_DIR lead there?"
            ) from error


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
        place = place_at(host, port)
        await prepare(settings, names, demo=demo)
        async with running(settings, names, role) as (house, app):
            _spare_the_collector()

            def welcome() -> None:
                if len(names) > 1:
                    print_welcome(f"http://{host}:{port}/", house.profiles, demo=demo)

            await server(app, house.end_streams, welcome).until_told(place)
    finally:
        if lock:
            lock.close()


def _spare_the_collector() -> None:
    """What was loaded stays for good: it need not be walked again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def prepare(settings: Settings, names: Sequence[str] = SERVICES, *, demo: bool) -> None:
    """Databases at the newest version, with demo data where it is asked for."""
    await migrate(settings, names)
    if demo:
        await load_demo(settings, list(profiles(settings).values()))


def hold(folder: Path) -> IO[str]:
    """Keep other processes away from this data folder for as long as the file is open."""
    private_folder(folder)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise AlreadyRunning(f"Another Alur already runs on {folder}") from error
    return lock
