"""How dates, times, ages, money and numbers are written: the Indonesian way, or in English."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

Say = Callable[..., str]

#: From this age on nobody counts months.
MONTHS_COUNT_UNTIL_YEARS = 12


def age(say: Say, birth_date: date, at: date) -> str:
    """12 hari, 14 bulan, 3 th 2 bln, 34 tahun: as exact as care of that age needs."""
    months = (at.year - birth_date.year) * 12 + at.month - birth_date.month
    months -= at.day < birth_date.day
    years, rest = divmod(months, 12)
    if months < 1:
        return say("%(n)s hari", n=(at - birth_date).days)
    if months < 24:
        return say("%(n)s bulan", n=months)
    if years < MONTHS_COUNT_UNTIL_YEARS and rest:
        return say("%(years)s th %(months)s bln", years=years, months=rest)
    return say("%(n)s tahun", n=years)


def minutes(say: Say, duration: timedelta) -> str:
    """34 mnt, 1 jam 5 mnt; never below zero, for clocks that differ by a second."""
    total = max(int(duration.total_seconds()) // 60, 0)
    if total < 60:
        return say("%(n)s mnt", n=total)
    if total < 48 * 60:
        return say("%(hours)s jam %(minutes)s mnt", hours=total // 60, minutes=total % 60)
    return say("%(n)s hari", n=total // (24 * 60))


def clock(language: str, instant: datetime, zone: tzinfo) -> str:
    """09.41 (in English 09:41): hours and minutes where the health centre is."""
    pattern = "HH.mm" if language == "id" else "HH:mm"
    return format_time(instant.astimezone(zone), pattern, locale=language)


def day(language: str, moment: date, zone: tzinfo, *, weekday: bool = False) -> str:
    """22 November 2026, or with the weekday: Minggu, 22 November 2026."""
    local = moment.astimezone(zone) if isinstance(moment, datetime) else moment
    return format_date(local, "EEEE, d MMMM y" if weekday else "d MMMM y", locale=language)


def typed_day(value: date | str | None) -> str:
    """14/09/2025, as it is typed into a field; empty without a date, a text as it is."""
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else value or ""


def local_date(moment: date, zone: tzinfo) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def rupiah(language: str, amount: int) -> str:
    """Rp15.000: money is whole rupiah."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{format_decimal(abs(amount), '#,##0', locale=language)}"


def number(language: str, value: float | Decimal, places: int | None = None) -> str:
    """12,4 with the decimal mark of the language; `places` fixes the decimals."""
    pattern = "#,##0.###" if places is None else "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, pattern, locale=language)
