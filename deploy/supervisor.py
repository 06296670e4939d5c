"""Distributed mode on one machine: a process per service, started again when it dies.

The supervisor itself serves the public address (`deploy/gateway.py`).
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic

import structlog

from chassis.settings import Settings
from chassis.telemetry import configure_logs
from contracts.catalog import SERVICES
from deploy.gateway import gateway
from deploy.process import hold, prepare, profiles
from deploy.web import SUPERVISOR, place_at, server
from deploy.welcome import print_welcome

log = structlog.get_logger(__name__)

#: A process that lived this long starts again at once; a shorter life waits a little.
HEALTHY_SECONDS = 10.0
STOP_SECONDS = 10.0
#: Others reach the rooms through the public address alone.
ROOMS_HOST = "127.0.0.1"


class Supervisor:
    """Keeps one process per service alive."""

    def __init__(self, settings: Settings, host: str, port: int, *, demo: bool = False) -> None:
        self.settings, self.host, self.port, self.demo = settings, host, port, demo
        self.ports = {name: port + 1 + index for index, name in enumerate(SERVICES)}
        self._children: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: list[asyncio.Task[None]] = []

    @property
    def addresses(self) -> dict[str, str]:
        return {name: f"http://{ROOMS_HOST}:{port}" for name, port in self.ports.items()}

    async def run(self) -> None:
        """Until SIGINT or SIGTERM; every child is stopped on the way out."""
        configure_logs(self.settings.log_level)
        lock = hold(self.settings.data_dir)
        try:
            place = place_at(self.host, self.port)
            await prepare(self.settings, demo=self.demo)
            self._keepers = [asyncio.create_task(self._keep(name)) for name in SERVICES]
            self._write_addresses()
            web = server(gateway(self.settings, self.addresses), self._tell_children, self._welcome)
            await web.until_told(place)
        finally:
            self._tell_children()
            await self._stop()
            lock.close()

    def _welcome(self) -> None:
        address = f"http://{self.host}:{self.port}/"
        print_welcome(address, profiles(self.settings), demo=self.demo)

    async def _keep(self, name: str) -> None:
        while True:
            started = monotonic()
            child = await self._spawn(name)
            code = await child.wait()
            log.warning("service_ended", service=name, code=code)
            await asyncio.sleep(0.2 if monotonic() - started > HEALTHY_SECONDS else 1.0)

    async def _spawn(self, name: str) -> asyncio.subprocess.Process:
        command = (sys.executable, "-m", "deploy", "serve", name)
        place = ("--host", ROOMS_HOST, "--port", str(self.ports[name]))
        child = await asyncio.create_subprocess_exec(
            *command, *place, env=self._environment(), start_new_session=True
        )
        self._children[name] = child
        self._write_addresses()
        return child

    def _environment(self) -> Mapping[str, str]:
        # Children share the supervisor's folder, so that all verify with the same key.
        data_dir = str(self.settings.data_dir.resolve())
        mine = {"ALUR_MODE": "distributed", "ALUR_DATA_DIR": data_dir}
        return {**os.environ, **mine, SUPERVISOR: str(os.getpid())}

    def _write_addresses(self) -> None:
        """Where each service listens and its process id, for tools on this machine."""
        pids = {name: child.pid for name, child in self._children.items()}
        fresh = self.settings.data_dir / "addresses.new"
        fresh.write_text(json.dumps({"services": self.addresses, "pids": pids}))
        fresh.replace(self.settings.data_dir / "addresses.json")

    def _tell_children(self) -> None:
        """To end, and nobody starts them again. The pages they hold open end with them."""
        for keeper in self._keepers:
            keeper.cancel()
        for child in self._children.values():
            with suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)

    async def _stop(self) -> None:
        for child in self._children.values():
            try:
                await asyncio.wait_for(child.wait(), STOP_SECONDS)
            except TimeoutError:
                with suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
