"""Dates, ages, money and numbers are written the way their reader writes them."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.web import formats
from chassis.web.pages import WEB
from chassis.web.texts import Texts

TEXTS = Texts((WEB,))
SAY = partial(TEXTS.gettext, "id")
BALI = ZoneInfo("Asia/Makassar")
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("birth", "written"),
    [
        (date(2026, 11, 22), "0 hari"),
        (date(2026, 11, 10), "12 hari"),
        (date(2026, 10, 22), "1 bulan"),
        (date(2025, 9, 22), "14 bulan"),
        (date(2023, 9, 19), "3 th 2 bln"),
        (date(2023, 11, 22), "3 tahun"),
        (date(1992, 3, 1), "34 tahun"),
    ],
)
def test_an_age_is_as_exact_as_care_of_that_age_needs(birth: date, written: str) -> None:
    assert formats.age(SAY, birth, TODAY) == written


def test_an_age_is_written_in_english_for_an_english_reader() -> None:
    assert formats.age(partial(TEXTS.gettext, "en"), date(2023, 9, 19), TODAY) == "3 y 2 mo"


@given(st.dates(date(1900, 1, 1), TODAY))
def test_every_birth_date_until_today_has_an_age(birth: date) -> None:
    number = int(formats.age(SAY, birth, TODAY).split()[0])
    assert 0 <= number <= 126


def test_the_clock_shows_the_time_of_the_health_centre() -> None:
    instant = datetime(2026, 11, 22, 1, 41, tzinfo=UTC)
    assert formats.clock("id", instant, BALI) == "09.41"
    assert formats.clock("en", instant, BALI) == "09:41"


def test_a_day_is_the_day_of_the_health_centre() -> None:
    instant = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert formats.day("id", instant, BALI) == "22 November 2026"
    assert formats.day("id", TODAY, BALI, weekday=True) == "Minggu, 22 November 2026"
    assert formats.local_date(instant, BALI) == TODAY


@pytest.mark.parametrize(
    ("duration", "written"),
    [
        (timedelta(seconds=-3), "0 mnt"),
        (timedelta(minutes=34, seconds=59), "34 mnt"),
        (timedelta(minutes=65), "1 jam 5 mnt"),
        (timedelta(days=3), "3 hari"),
    ],
)
def test_minutes(duration: timedelta, written: str) -> None:
    assert formats.minutes(SAY, duration) == written


def test_money_and_numbers_have_the_marks_of_the_language() -> None:
    assert formats.rupiah("id", 1_015_000) == "Rp1.015.000"
    assert formats.rupiah("en", -15_000) == "-Rp15,000"
    assert formats.number("id", 12.4) == "12,4"
    assert formats.number("id", 12.4, 2) == "12,40"
    assert formats.number("en", 1234) == "1,234"
    assert formats.number("id", 7, 0) == "7"
