"""User names; failed sign-ins: how many there may be, how long an account then stays locked."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.errors import TooMany, Unauthenticated

#: User names stand in audit entries and envelopes, between semicolons.
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


def is_username(text: str) -> bool:
    return USERNAME.fullmatch(text.casefold()) is not None


class WrongPassword(Unauthenticated):
    """The same answer for an unknown name, a wrong password and a disabled account."""

    code = "wrong_password"


class AccountLocked(TooMany):
    code = "account_locked"


@dataclass(frozen=True)
class Throttle:
    """After `failures` within `window` an account is locked for `lock`."""

    failures: int
    window: timedelta
    lock: timedelta


@dataclass(frozen=True)
class Failing:
    """What an account remembers of its failed sign-ins."""

    failures: int = 0
    failing_since: datetime | None = None
    locked_until: datetime | None = None


def is_locked(failing: Failing, at: datetime) -> bool:
    return failing.locked_until is not None and at < failing.locked_until


def after_failure(failing: Failing, at: datetime, throttle: Throttle) -> Failing:
    """One more failure; those before the window are forgotten."""
    since = failing.failing_since
    if since is None or at - since > throttle.window:
        return Failing(1, at)
    failures = failing.failures + 1
    if failures >= throttle.failures:
        return Failing(0, None, at + throttle.lock)
    return Failing(failures, since)
