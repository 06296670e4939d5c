"""The composition of a service from its parts: what `app.py` of every service calls."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from chassis import audit, health, operations, problems, signals, upkeep
from chassis.auth import Tokens, local_keys, remote_keys
from chassis.bus import Bus, InProcessBus
from chassis.database import Database
from chassis.front import Front
from chassis.inbox import Handlers, Inbox
from chassis.metrics import begin_at_zero
from chassis.pace import back_off
from chassis.parking import causes
from chassis.periodic import Periodic, run_for_ever
from chassis.relay import Relay
from chassis.runtime import Rights, Service
from chassis.settings import Settings
from chassis.telemetry import fault
from chassis.web.assets import mount_assets
from chassis.web.pages import Pages
from contracts.catalog import SERVICES
from contracts.facility import Facility

log = structlog.get_logger(__name__)

RESTART_SECONDS = 5.0

#: FastAPI's own spans would stand beside those of the front, and tell messages of errors.
NO_SECOND_TRACE: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}

#: Rights that every service has: live pages for everybody signed in, operations for the few.
EVERYBODY = frozenset(
    "clerk medical_record nurse midwife doctor analyst pharmacist complaints_officer head admin"
    " cashier queue_machine display".split()
)
COMMON: Rights = {"live": EVERYBODY, "operations": frozenset({"admin", "head"})}


class House:
    """What the services of one process share: settings, profiles, keys and the bus."""

    def __init__(
        self, settings: Settings, profiles: Mapping[str, Facility], tokens: Tokens, bus: Bus
    ) -> None:
        self.settings, self.profiles, self.tokens, self.bus = settings, profiles, tokens, bus
        self._services: dict[str, Service] = {}

    def service(self, name: str) -> Service:
        """The runtime of a service; made once a process."""
        if name not in self._services:
            module = importlib.import_module(f"services.{name}")
            folder = Path(module.__path__[0])
            urls = {other: self.settings.room_url(other) for other in SERVICES}
            self._services[name] = Service(
                name=name,
                database=Database(self.settings.database(name), self.settings.database_pool),
                profiles=self.profiles,
                tokens=self.tokens,
                pages=Pages(name, folder, urls),
            )
        return self._services[name]

    def api(self, name: str, routers: Sequence[APIRouter], rights: Rights) -> FastAPI:
        """The HTTP side of a service, to be mounted under `/<name>`."""
        service = self.service(name)
        service.rights |= {**COMMON, **rights}
        app = FastAPI(
            title=f"Alur {name}",
            version="1.0.0",
            docs_url=None,
            redoc_url=None,
            telemetry=NO_SECOND_TRACE,
        )
        app.state.service = service
        app.add_middleware(Front, service=name)
        problems.install(app)
        for router in (*routers, operations.router, signals.router, health.router):
            app.include_router(router)
        mount_assets(app)
        return app

    def worker(self, name: str, handlers: Handlers, periodic: Sequence[Periodic] = ()) -> "Worker":
        """The message side of a service, with what it does by the clock."""
        service = self.service(name)
        service.bus = self.bus
        begin_at_zero(name, handlers.types, causes())
        service.inbox = Inbox(name, service.database, self.profiles, handlers, service.after_commit)
        return Worker(service, service.inbox, self.bus, periodic)

    def end_streams(self) -> None:
        """Let go of the open pages, before the web server waits for its answers to end."""
        for service in self._services.values():
            service.live.end()

    async def close(self) -> None:
        for service in self._services.values():
            await service.database.close()


class Worker:
    """Relay, inbox, audit sealer and periodic tasks of one service in this process."""

    def __init__(
        self, service: Service, inbox: Inbox, bus: Bus, periodic: Sequence[Periodic] = ()
    ) -> None:
        self.service, self.inbox, self.bus, self.periodic = service, inbox, bus, periodic
        self.relay = Relay(service.name, service.database, bus)
        self._tasks: list[asyncio.Task[None]] = []

    async def subscribe(self) -> None:
        """Begin to receive. Every inbox of a process subscribes before its relays run."""
        await self.bus.subscribe(self.service.name, self.inbox.receive)

    def run(self) -> None:
        """Begin to relay, to seal the audit chain, and to look at the clock."""
        self.service.wake = self.relay.wake
        runs: list[Callable[[], Awaitable[None]]] = [
            self.relay.run,
            partial(audit.seal_for_ever, self.service.database),
            *upkeep.tasks(self.inbox),
            *(partial(run_for_ever, self.service, task) for task in self.periodic),
        ]
        for run in runs:
            self._tasks.append(asyncio.create_task(_keep(self.service.name, run)))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _keep(service: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run for ever: after a fault nobody foresaw, say so loudly and start again."""
    while True:
        try:
            await run()
        except Exception as error:
            log.error("worker_restarts", service=service, **fault(error))
            await asyncio.sleep(RESTART_SECONDS)


async def connect(bus: Bus, workers: Sequence[Worker]) -> None:
    """Bring workers and bus together, however long the bus is away: rooms work without it."""
    for tries in count():
        try:
            if tries:
                await bus.stop()
            await bus.start(SERVICES)
            for worker in workers:
                await worker.subscribe()
            return
        except Exception as error:
            log.warning("bus_waits", **fault(error))
        await asyncio.sleep(back_off(tries))


async def open_house(settings: Settings, profiles: Mapping[str, Facility]) -> House:
    """Keys and bus as the settings say. RabbitMQ's client is loaded only where it is used."""
    tokens_of = partial(
        Tokens,
        issuer=settings.issuer,
        audience=settings.audience,
        minutes=settings.token_minutes,
    )
    if settings.jwks:
        read = partial(remote_keys, settings.jwks)
        tokens = tokens_of(await read(), None, renew=read)
    else:
        tokens = tokens_of(*local_keys(settings.data_dir))
    bus: Bus
    if settings.mode == "embedded":
        bus = InProcessBus()
    else:
        from chassis.rabbit import RabbitBus

        bus = RabbitBus(settings.amqp_url, settings.amqp_namespace, declare=settings.amqp_declare)
    return House(settings, profiles, tokens, bus)
