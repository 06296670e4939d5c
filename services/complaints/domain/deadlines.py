"""Indonesian working days: when an answer is due, and how many days are left.

Source: SP4N-LAPOR! clocks (first response 3, information 5, without inspection 14, with
inspection 60 working days). Public holidays and joint leave (cuti bersama) do not count.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

# Not by its code: that would load it with the first complaint, while everybody waits.
from holidays.countries.indonesia import Indonesia

_DAY = timedelta(days=1)
_SATURDAY = 5
#: Years somebody may have decreed holidays for; of any other only the weekends are known.
_YEARS = range(2000, 2101)


class Holidays:
    """Days off beyond Saturdays and Sundays, a year at a time, each year worked out once."""

    def __contains__(self, day: date) -> bool:
        return day in self._on_weekdays(day.year)

    def on_weekdays(self, after: date, until: date) -> int:
        """How many fall from Monday to Friday after `after`, up to and with `until`."""
        years = range(max(after.year, _YEARS.start), min(until.year + 1, _YEARS.stop))
        listed = (self._on_weekdays(year) for year in years)
        return sum(bisect_right(days, until) - bisect_right(days, after) for days in listed)

    @staticmethod
    @cache
    def _on_weekdays(year: int) -> tuple[date, ...]:
        if year not in _YEARS:
            return ()
        decreed = Indonesia(categories=("public", "government"), years=year)
        return tuple(sorted(day for day in decreed if not _weekend(day)))


@cache
def indonesian_holidays() -> Holidays:
    """Public holidays and joint leave."""
    return Holidays()


def _weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def is_working_day(day: date, holidays: Holidays) -> bool:
    return not _weekend(day) and day not in holidays


def due(received_on: date, days: int, holidays: Holidays) -> date:
    """The `days`-th working day after `received_on`; the day itself does not count."""
    if days < 1:
        raise ValueError("a deadline is at least one working day away")
    day = received_on
    while days:
        day += _DAY
        days -= is_working_day(day, holidays)
    return day


def working_days_between(start: date, end: date, holidays: Holidays) -> int:
    """Working days after `start` up to and with `end`; negative when `end` lies before."""
    if end < start:
        return -working_days_between(end, start, holidays)
    return _weekdays(end) - _weekdays(start) - holidays.on_weekdays(start, end)


def _weekdays(until: date) -> int:
    """Mondays to Fridays from the first day of the calendar (a Monday) up to and with `until`."""
    weeks, rest = divmod(until.toordinal(), 7)
    return weeks * _SATURDAY + min(rest, _SATURDAY)


@dataclass(frozen=True)
class Clock:
    """The deadline that counts now; `days_left` is in working days, below zero when late."""

    due_on: date | None
    days_left: int | None
    late: bool
    paused: bool = False

    @classmethod
    def until(
        cls, due_on: date, today: date, holidays: Holidays, *, paused: bool = False
    ) -> "Clock":
        """Late from the day after `due_on`, be that a working day or not."""
        left = working_days_between(today, due_on, holidays)
        return cls(due_on, left, today > due_on and not paused, paused)


NO_CLOCK = Clock(None, None, late=False)
