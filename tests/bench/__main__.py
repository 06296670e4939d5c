"""Runs a benchmark and prints its figures: `python -m tests.bench visits | commands | document`."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chassis.telemetry import configure_logs
from tests.bench import commands, document, visits


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    kinds = top.add_subparsers(dest="kind", required=True)
    whole = kinds.add_parser("visits", help="visits a second, against a raw baseline")
    whole.add_argument("--visits", type=int, default=120)
    whole.add_argument("--concurrency", type=int, default=8)
    whole.add_argument("--seed", type=int, default=1)
    single = kinds.add_parser("commands", help="time and rate of each command")
    single.add_argument("--mode", choices=["embedded", "distributed", "both"], default="both")
    single.add_argument("--items", type=int, default=300, help="commands of the eight clients")
    for kind in (whole, single):
        kind.add_argument("--json", type=Path, metavar="FILE")
    paper = kinds.add_parser("document", help="write figures into docs/performance.md")
    paper.add_argument("visits", type=Path)
    paper.add_argument("commands", type=Path)
    return top


def main() -> int:
    arguments = parser().parse_args()
    configure_logs("ERROR")
    if arguments.kind == "document":
        found = [json.loads(file.read_text()) for file in (arguments.visits, arguments.commands)]
        document.write(found[0], found[1], datetime.now(UTC).date())
        return 0
    if arguments.kind == "visits":
        options = visits.Options(arguments.visits, arguments.concurrency, arguments.seed)
        result = _loop(visits.run(options))
        visits.show(result)
        wrong = bool(result["violations"])
    else:
        modes = ("embedded", "distributed") if arguments.mode == "both" else (arguments.mode,)
        result = {mode: _loop(commands.run(mode, arguments.items)) for mode in modes}
        commands.show(result)
        wrong = any(found["violations"] for found in result.values())
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 1 if wrong else 0


def _loop(coroutine: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    # As with Ctrl-C: what was started is stopped, and what it stored is removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        import uvloop
    except ImportError:
        return asyncio.run(coroutine)
    return dict(uvloop.run(coroutine))


if __name__ == "__main__":
    sys.exit(main())
