"""Local accounts: made by the installation, signed in with a password, throttled."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from chassis.auth import Identity, passwords
from chassis.database import Database
from chassis.work import Row, Work
from contracts.envelope import Actor
from contracts.facility import Facility

from ..domain import accounts
from ..settings import settings
from ..store import accounts as store


async def create_account(
    work: Work,
    *,
    username: str,
    name: str,
    password_hash: str,
    roles: Sequence[str],
    units: Sequence[str] = (),
) -> bool:
    """Make an account at `work.facility`; False where the user name is taken already.

    `password_hash` comes from `chassis.auth.passwords.hash`.
    """
    row = await store.add_account(
        work,
        {
            "id": work.new_id(),
            "facility": work.facility.code,
            "version": 1,
            "username": username.casefold(),
            "name": name,
            "password_hash": password_hash,
            "roles": sorted(roles),
            "units": sorted(units),
            "disabled": False,
            "failures": 0,
        },
    )
    if row is not None:
        work.audit("account.create", row.id)
    return row is not None


async def sign_in(
    database: Database, profiles: Mapping[str, Facility], username: str, password: str, at: datetime
) -> Identity:
    """Who signed in, or a refusal.

    Its own transactions: hashing takes long, so none is open meanwhile, and a refusal must not
    undo the count of failures.
    """
    async with database.reading() as connection:
        row = await store.account_by_username(connection, username.casefold())
    if row is not None and accounts.is_locked(_failing(row), at):
        raise accounts.AccountLocked("Terlalu banyak percobaan. Tunggu satu menit, lalu coba lagi")
    # Also for an unknown name, so that the time taken does not tell which names exist.
    usable = row is not None and not row.disabled and row.facility in profiles
    stored = row.password_hash if row is not None and usable else _unusable_hash()
    is_right = await asyncio.to_thread(passwords.verify, password, stored)
    if row is None:
        raise _refusal()
    async with database.writing() as connection:
        actor = Actor(row.username, "", "")
        work = Work(database, connection, actor, profiles[row.facility], at)
        await _note(work, row.username, is_right)
        await work.flush()
    if not is_right:
        raise _refusal()
    return _identity(row)


def _refusal() -> accounts.WrongPassword:
    return accounts.WrongPassword("Nama pengguna atau kata sandi salah", field="password")


async def _note(work: Work, username: str, is_right: bool) -> None:
    """Count a failure, or forget the earlier ones."""
    row = await store.lock_account(work, username)
    work.audit("session.open" if is_right else "session.refuse", row.id)
    if not is_right:
        chosen = settings()
        throttle = accounts.Throttle(
            chosen.failures,
            timedelta(seconds=chosen.window_seconds),
            timedelta(seconds=chosen.lock_seconds),
        )
        await _remember(work, row, accounts.after_failure(_failing(row), work.at, throttle))
    elif _failing(row) != accounts.Failing():
        await _remember(work, row, accounts.Failing())


async def _remember(work: Work, row: Row, failing: accounts.Failing) -> None:
    await store.change_account(
        work,
        row,
        {
            "failures": failing.failures,
            "failing_since": failing.failing_since,
            "locked_until": failing.locked_until,
        },
    )


def _failing(row: Row) -> accounts.Failing:
    return accounts.Failing(row.failures, row.failing_since, row.locked_until)


def _identity(row: Row) -> Identity:
    return Identity(
        staff_id=row.username,
        name=row.name,
        facility=row.facility,
        roles=frozenset(row.roles),
        units=frozenset(row.units),
    )


@lru_cache
def _unusable_hash() -> str:
    """A hash no password of an account has."""
    return passwords.hash("no account has this password")
