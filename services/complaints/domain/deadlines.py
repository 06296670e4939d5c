"""Indonesian working days: when an answer is due, and how many days are left.

Source: SP4N-LAPOR! clocks (first response 3, information 5, without inspection 14, with
inspection 60 working days). Public holidays and joint leave (cuti bersama) do not count.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays as calendars

_DAY = timedelta(days=1)
_SATURDAY = 5


@cache
def indonesian_holidays() -> Container[date]:
    """Public holidays and joint leave of every year that is asked for."""
    return calendars.country_holidays("ID", categories=("public", "government"))


def is_working_day(day: date, holidays: Container[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def due(received_on: date, days: int, holidays: Container[date]) -> date:
    """The `days`-th working day after `received_on`; the day itself does not count."""
    if days < 1:
        raise ValueError("a deadline is at least one working day away")
    day = received_on
    while days:
        day += _DAY
        days -= is_working_day(day, holidays)
    return day


def working_days_between(start: date, end: date, holidays: Container[date]) -> int:
    """Working days after `start` up to and with `end`; negative when `end` lies before."""
    if end < start:
        return -working_days_between(end, start, holidays)
    span = (start + n * _DAY for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, holidays) for day in span)


@dataclass(frozen=True)
class Clock:
    """The deadline that counts now; `days_left` is in working days, below zero when late."""

    due_on: date | None
    days_left: int | None
    late: bool
    paused: bool = False

    @classmethod
    def until(
        cls, due_on: date, today: date, holidays: Container[date], *, paused: bool = False
    ) -> "Clock":
        """Late from the day after `due_on`, be that a working day or not."""
        left = working_days_between(today, due_on, holidays)
        return cls(due_on, left, today > due_on and not paused, paused)


NO_CLOCK = Clock(None, None, late=False)
