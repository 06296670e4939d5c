"""Alur as a process of its own, for what only shows there: signals, exit status, output."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from chassis.settings import Settings
from contracts.catalog import SERVICES
from deploy.simulate.centre import free_ports
from deploy.web import SUPERVISOR


@dataclass
class Launched:
    """A started process. `log` holds what it has printed."""

    child: asyncio.subprocess.Process
    url: str
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


@asynccontextmanager
async def launched(
    settings: Settings, *arguments: str, **environment: str
) -> AsyncIterator[Launched]:
    """`python -m deploy ARGUMENTS` on a free port; killed at the end where it still runs."""
    port, log = free_ports(1 + len(SERVICES)), settings.data_dir / "process.log"
    with log.open("wb") as output:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy", *arguments, "--port", str(port)),
            env=_environment(settings) | environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield Launched(child, f"http://127.0.0.1:{port}", log)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


def _environment(settings: Settings) -> dict[str, str]:
    mine = {
        "ALUR_MODE": settings.mode,
        "ALUR_DATA_DIR": str(settings.data_dir),
        "ALUR_AMQP_URL": settings.amqp_url,
        "ALUR_AMQP_NAMESPACE": settings.amqp_namespace,
        SUPERVISOR: str(os.getpid()),
    }
    if settings.database_url:
        mine["ALUR_DATABASE_URL"] = settings.database_url
    return {**os.environ, **mine}
