"""The checker: reads all databases and proves that nothing was lost, doubled or misplaced."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from rich.console import Console

from chassis.settings import Settings
from deploy.arguments import file_to_write, seconds
from deploy.check.proof import NoDatabase, opened, prove
from deploy.check.report import Report, show

__all__ = ["NoDatabase", "Report", "add_arguments", "check", "main", "opened", "prove", "show"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mode", choices=["embedded", "distributed"])
    parser.add_argument(
        "--json", type=file_to_write, metavar="FILE", help="also write the result as JSON"
    )
    parser.add_argument(
        "--settle", type=seconds, default=30.0, help="seconds to wait until nothing is under way"
    )


def main(arguments: argparse.Namespace) -> int:
    """0 when every invariant holds, 1 with the offending ids, 2 when a database is missing."""
    settings = Settings(mode=arguments.mode) if arguments.mode else Settings()
    return check(settings, arguments.settle, arguments.json)


def check(settings: Settings, settle: float, file: Path | None = None) -> int:
    try:
        report = asyncio.run(prove(settings, settle))
    except NoDatabase as error:
        print(error, file=sys.stderr)
        return 2
    show(Console(), report)
    if file is not None:
        file.write_text(json.dumps(report.as_json(), indent=1) + "\n", encoding="utf-8")
    return 1 if report.violations else 0
