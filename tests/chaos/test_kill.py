"""Processes killed in the middle of the work, and started again: nothing lost, nothing twice."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chassis.profiles import load
from chassis.settings import Settings
from contracts.catalog import SERVICES
from deploy import check
from deploy.simulate import Wish, own_centre, simulate
from deploy.simulate.centre import Running, free_ports, wait_until_ready
from tests.kit import eventually

FACILITY = load(Path("deploy/facilities"))["dharma_rini"]
WISH = Wish(visits=16, seed=7, concurrency=6, patience=90.0)
KILLS = 6


class Progress:
    """Counts finished visits and lets the attacker wait for the next one."""

    def __init__(self) -> None:
        self.done = 0

    def advance(self) -> None:
        self.done += 1

    async def reaches(self, count: int) -> None:
        async def look() -> bool:
            return self.done >= count

        await eventually(look, timeout=90)


async def prove_whole(settings: Settings) -> None:
    report = await check.prove(settings, 60)
    assert report.violations == []
    result = report.as_json()
    assert result["visits"] == {"opened": WISH.visits, "completed": WISH.visits}
    assert (result["events"]["lost"], result["events"]["duplicated"]) == (0, 0)
    assert result["events"]["parked"] == 0


async def under_attack(running: Running, attack: Callable[[Progress], AsyncIterator[None]]) -> None:
    """Run the visits while the attack goes on; both must end well."""
    progress = Progress()

    async def strike() -> None:
        async for _ in attack(progress):
            pass

    await asyncio.gather(simulate(running, FACILITY, WISH, progress.advance), strike())


@pytest.mark.timeout(400)
async def test_services_killed_one_after_another(database_server: str, broker: str) -> None:
    async with own_centre("distributed", name="test_kill") as running:

        async def attack(progress: Progress) -> AsyncIterator[None]:
            for number in range(KILLS):
                await progress.reaches(1 + 2 * number)
                await _kill(running, SERVICES[number % 4])
                yield

        await under_attack(running, attack)
        await prove_whole(running.settings)


async def _kill(running: Running, service: str) -> None:
    """Kill one service process; waits until the supervisor has put another in its place."""
    file = running.settings.data_dir / "addresses.json"
    victim = json.loads(file.read_text())["pids"][service]
    os.kill(victim, signal.SIGKILL)

    async def replaced() -> bool:
        return bool(json.loads(file.read_text())["pids"][service] != victim)

    await eventually(replaced, timeout=30)


@pytest.mark.timeout(400)
async def test_the_one_process_killed_again_and_again(tmp_path: Path) -> None:
    port = free_ports(1)
    async with restartable(tmp_path, port) as start:
        running = await start()

        async def attack(progress: Progress) -> AsyncIterator[None]:
            for number in range(3):
                await progress.reaches(2 + 4 * number)
                await start()
                yield

        await under_attack(running, attack)
        await prove_whole(running.settings)


@asynccontextmanager
async def restartable(folder: Path, port: int) -> AsyncIterator[Callable[[], Awaitable[Running]]]:
    """Yields a function that kills the embedded centre, if it runs, and starts it again."""
    environment = {**os.environ, "ALUR_MODE": "embedded", "ALUR_DATA_DIR": str(folder)}
    command = (sys.executable, "-m", "deploy", "up", "--demo", "--port", str(port))
    settings = Settings(mode="embedded", data_dir=folder, _env_file=None)
    url, log = f"http://127.0.0.1:{port}", folder / "centre.log"
    child: asyncio.subprocess.Process | None = None

    async def start() -> Running:
        nonlocal child
        await stop()
        with log.open("ab") as output:
            child = await asyncio.create_subprocess_exec(
                *command, env=environment, stdout=output, stderr=output
            )
        await wait_until_ready(url, child, log)
        return Running(settings, url, dict.fromkeys(SERVICES, url), child.pid, 0.0)

    async def stop() -> None:
        if child is not None and child.returncode is None:
            child.kill()
            await child.wait()

    try:
        yield start
    finally:
        await stop()
