"""Makes an account for local sign-in: `python -m deploy account sari --facility tarik2 …`."""

import argparse
import asyncio
import getpass
import os
import sys

from chassis.auth import passwords
from chassis.service import EVERYBODY
from chassis.settings import Settings
from contracts.facility import Facility
from deploy.demo import database_of, work_on
from deploy.process import migrate, profiles
from services.registration.domain.accounts import is_username
from services.registration.use_cases.accounts import create_account

SHORTEST = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username")
    parser.add_argument("--facility", required=True, help="code of the health centre")
    parser.add_argument("--name", required=True, help="the name shown on the pages")
    parser.add_argument("--role", action="append", required=True, choices=sorted(EVERYBODY))
    parser.add_argument("--unit", action="append", default=[], help="unit code; * for all units")
    parser.add_argument("--mode", choices=["embedded", "distributed"])


def main(arguments: argparse.Namespace) -> int:
    """0 when the account was made; 2 with a sentence otherwise.

    The password is asked for, or taken from `ALUR_PASSWORD` where nobody sits at the keyboard.
    """
    settings = Settings(mode=arguments.mode) if arguments.mode else Settings()
    facility = profiles(settings).get(arguments.facility)
    password = os.environ.get("ALUR_PASSWORD") or getpass.getpass("Password: ")
    problem = _problem(facility, arguments, password)
    if facility is None or problem:
        print(problem, file=sys.stderr)
        return 2
    if not asyncio.run(_make(settings, facility, arguments, password)):
        print(f"the user name {arguments.username!r} is taken", file=sys.stderr)
        return 2
    print(f"account {arguments.username} made at {facility.name}")
    return 0


def _problem(facility: Facility | None, arguments: argparse.Namespace, password: str) -> str | None:
    if facility is None:
        return f"no such facility: {arguments.facility}"
    if not is_username(arguments.username):
        return "a user name has 2 to 60 letters a-z, digits, dots, hyphens and underscores"
    if not arguments.name.strip() or not arguments.name.isprintable() or len(arguments.name) > 120:
        return "a name has 1 to 120 characters, on one line"
    unknown = [code for code in arguments.unit if code != "*" and not facility.unit(code)]
    if unknown:
        return f"no such unit at {facility.code}: {', '.join(unknown)}"
    return f"at least {SHORTEST} characters, please" if len(password) < SHORTEST else None


async def _make(
    settings: Settings, facility: Facility, arguments: argparse.Namespace, password: str
) -> bool:
    await migrate(settings, ("registration",))
    async with (
        database_of(settings, "registration") as database,
        work_on(database, facility) as work,
    ):
        return await create_account(
            work,
            username=arguments.username,
            name=arguments.name,
            password_hash=passwords.hash(password),
            roles=arguments.role,
            units=arguments.unit,
        )
