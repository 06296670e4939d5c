"""The simulator: seeded patients through the real HTTP APIs of a centre, then the checker."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from chassis import profiles
from chassis.settings import Settings
from contracts.facility import Facility
from deploy import check
from deploy.arguments import file_to_write, positive, seconds
from deploy.simulate.centre import NotStarted, NotThere, Running, centre_at, own_centre
from deploy.simulate.client import Overdue, Refused
from deploy.simulate.ending import stoppable
from deploy.simulate.report import Outcome, show
from deploy.simulate.run import Wish, simulate

__all__ = ["Wish", "add_arguments", "main", "own_centre", "simulate"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--facility", default="dharma_rini", help="code of the health centre")
    parser.add_argument("--visits", type=positive, default=50)
    parser.add_argument("--mode", choices=["embedded", "distributed"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--concurrency", type=positive, default=8)
    parser.add_argument(
        "--json", type=file_to_write, metavar="FILE", help="also write the result as JSON"
    )
    parser.add_argument(
        "--url",
        help="a running centre with demo accounts, whose databases the settings name;"
        " without it one is started and stopped",
    )
    parser.add_argument(
        "--patience", type=seconds, default=60.0, help="seconds to wait for any one thing"
    )
    parser.add_argument(
        "--settle", type=seconds, default=30.0, help="seconds the checker waits until all is quiet"
    )


def main(arguments: argparse.Namespace) -> int:
    """0 when every visit ended and every invariant holds; 1 with what went wrong otherwise.

    2 where there is nothing to simulate or to prove: no such centre, or not its databases.
    """
    known = profiles.load(Settings().facilities_dir)
    if arguments.facility not in known:
        print(
            f"no such facility: {arguments.facility} (known: {', '.join(known)})", file=sys.stderr
        )
        return 2
    try:
        return asyncio.run(stoppable(_run(arguments, known[arguments.facility])))
    except (Refused, Overdue, NotStarted) as error:
        print(f"simulation stopped: {error}", file=sys.stderr)
        return 1
    except (NotThere, check.NoDatabase) as error:
        print(f"nothing is proved: {error}", file=sys.stderr)
        return 2
    except asyncio.CancelledError:
        return 130


async def _run(arguments: argparse.Namespace, facility: Facility) -> int:
    console = Console()
    wish = Wish(arguments.visits, arguments.seed, arguments.concurrency, arguments.patience)
    async with _centre(arguments) as running:
        with _progress(console, wish.visits) as advance:
            outcome = await simulate(running, facility, wish, advance)
        report = await check.prove(running.settings, arguments.settle)
    show(console, outcome)
    check.show(console, report)
    _write(arguments.json, outcome, report)
    return 1 if report.violations or outcome.unfinished else 0


@asynccontextmanager
async def _centre(arguments: argparse.Namespace) -> AsyncIterator[Running]:
    mode = arguments.mode or os.environ.get("ALUR_MODE", "embedded")
    if not arguments.url:
        async with own_centre(mode) as running:
            yield running
        return
    settings = Settings(mode=mode)
    running = await centre_at(arguments.url.rstrip("/"), settings)
    async with check.opened(settings):  # where they cannot be read it is said before any visit
        pass
    yield running


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[], None]]:
    """A bar that the visits push forward."""
    parts = ("visits", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*parts, console=console) as bar:
        task = bar.add_task("visits", total=total)
        yield lambda: bar.advance(task)


def _write(file: Path | None, outcome: Outcome, report: check.Report) -> None:
    if file is not None:
        result = report.as_json() | outcome.as_json()
        file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
