"""The command line: `python -m deploy COMMAND`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Coroutine
from typing import Any

import structlog
from pydantic import ValidationError
from pydantic_settings import SettingsError

from chassis.auth import NoKeys
from chassis.profiles import ProfileError
from chassis.settings import Settings, in_words
from chassis.telemetry import fault
from contracts.catalog import SERVICES
from deploy import account, check, contracts, resend, simulate
from deploy.arguments import port
from deploy.process import AlreadyRunning, NoDatabase, migrate, serve
from deploy.supervisor import Supervisor
from deploy.web import PlaceTaken

log = structlog.get_logger(__name__)

HOST = os.environ.get("ALUR_HOST", "127.0.0.1")
PORT = os.environ.get("ALUR_PORT", "8080")
#: What these print goes into a log.
SERVING = frozenset({"up", "serve"})
#: What somebody can mend who reads the sentence.
MISTAKES = (ProfileError, SettingsError, NoKeys, AlreadyRunning, NoDatabase, PlaceTaken)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m deploy", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the whole centre on this machine")
    up.add_argument("--mode", choices=["embedded", "distributed"])
    up.add_argument("--demo", action="store_true", help="with demo accounts and demo data")
    _place(up)
    one = commands.add_parser("serve", help="start one service (distributed)")
    one.add_argument("service", choices=SERVICES)
    one.add_argument("--role", choices=["all", "api", "worker"], default="all")
    _place(one)
    schema = commands.add_parser("migrate", help="bring databases to the newest version")
    schema.add_argument("service", nargs="?", choices=SERVICES)
    schema.add_argument("--mode", choices=["embedded", "distributed"])
    simulate.add_arguments(commands.add_parser("simulate", help="seeded visits through the APIs"))
    check.add_arguments(commands.add_parser("check", help="prove that nothing was lost or doubled"))
    resend.add_arguments(commands.add_parser("resend", help="send lost events once more"))
    account.add_arguments(commands.add_parser("account", help="make an account for sign-in"))
    papers = commands.add_parser("contracts", help="write schemas, AsyncAPI and OpenAPI documents")
    papers.add_argument("--check", action="store_true", help="only say whether they are current")
    return top


def _place(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default=HOST)
    command.add_argument("--port", type=port, default=PORT)


def main(argv: list[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    try:
        return _run(arguments)
    except MISTAKES as error:
        print(error, file=sys.stderr)
        return 2
    except ValidationError as error:
        print(in_words(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if arguments.command not in SERVING:
            raise
        # A traceback would quote what statements were about.
        log.error("stopped", command=arguments.command, **fault(error))
        return 1


def _run(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "up":
            settings = _settings(arguments.mode)
            return _loop(_up(settings, arguments))
        case "serve":
            settings = _settings("distributed")
            one = (arguments.service,)
            return _loop(serve(settings, one, arguments.role, arguments.host, arguments.port))
        case "migrate":
            names = (arguments.service,) if arguments.service else SERVICES
            return _loop(migrate(_settings(arguments.mode), names))
        case "simulate":
            return simulate.main(arguments)
        case "account":
            return account.main(arguments)
        case "check":
            return check.main(arguments)
        case "resend":
            return resend.main(arguments)
        case _:
            return contracts.main(check=arguments.check)


async def _up(settings: Settings, arguments: argparse.Namespace) -> None:
    place = (arguments.host, arguments.port)
    if settings.mode == "distributed":
        if settings.database_url and "{service}" not in settings.database_url:
            raise NoDatabase(
                "ALUR_DATABASE_URL needs {service} in it: five services, five databases"
            )
        await Supervisor(settings, *place, demo=arguments.demo).run()
    else:
        await serve(settings, SERVICES, "all", *place, demo=arguments.demo)


def _settings(mode: str | None) -> Settings:
    return Settings(mode=mode) if mode else Settings()


def _loop(coroutine: Coroutine[Any, Any, None]) -> int:
    try:
        import uvloop
    except ImportError:  # not on every platform; the standard loop does the same, slower
        asyncio.run(coroutine)
    else:
        uvloop.run(coroutine)
    return 0


if __name__ == "__main__":
    sys.exit(main())
