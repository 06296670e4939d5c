"""Local accounts: made by the installation, signed in with a password, throttled."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import lru_cache

from chassis.auth import Identity, passwords
from chassis.database import Database
from chassis.passwords import checks
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
    undo the count of failures. An attempt counts as failed until it has turned out right: what is
    tried side by side passes the limit no more often than what is tried in turn.
    """
    with checks.place():
        return await _sign_in(database, profiles, username, password, at)


async def _sign_in(
    database: Database, profiles: Mapping[str, Facility], username: str, password: str, at: datetime
) -> Identity:
    async with database.reading() as connection:
        row = await store.account_by_username(connection, username.casefold())
    if row is None or row.facility not in profiles:
        # As long as for a name that is known: the time taken does not tell which names exist.
        await checks.is_right(password, _unusable_hash())
        raise _refusal()
    centre = profiles[row.facility]
    async with _noting(database, centre, row.username, at) as work:
        await _count(work, row.username)
    stored = _unusable_hash() if row.disabled else row.password_hash
    is_right = await checks.is_right(password, stored)
    async with _noting(database, centre, row.username, at) as work:
        work.audit("session.open" if is_right else "session.refuse", row.id)
        if is_right:
            await _remember(work, row, accounts.Failing())
    if not is_right:
        raise _refusal()
    return _identity(row)


@asynccontextmanager
async def _noting(
    database: Database, centre: Facility, username: str, at: datetime
) -> AsyncIterator[Work]:
    async with database.writing() as connection:
        work = Work(database, connection, Actor(username, "", ""), centre, at)
        yield work
        await work.flush()


def _refusal() -> accounts.WrongPassword:
    return accounts.WrongPassword("Nama pengguna atau kata sandi salah", field="password")


async def _count(work: Work, username: str) -> None:
    """Count an attempt, or refuse it where the account is locked."""
    row = await store.lock_account(work, username)
    if accounts.is_locked(_failing(row), work.at):
        raise accounts.AccountLocked("Terlalu banyak percobaan. Tunggu satu menit, lalu coba lagi")
    chosen = settings()
    throttle = accounts.Throttle(
        chosen.failures,
        timedelta(seconds=chosen.window_seconds),
        timedelta(seconds=chosen.lock_seconds),
    )
    await _remember(work, row, accounts.after_failure(_failing(row), work.at, throttle))


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
