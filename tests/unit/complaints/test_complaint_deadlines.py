"""Deadlines fall on Indonesian working days, count right and never run backwards."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.facility import Facility
from services.complaints import domain
from tests.unit.complaints.samples import NewComplaint

HOLIDAYS = domain.indonesian_holidays()
days = st.dates(date(2024, 1, 1), date(2028, 6, 30))
counts = st.integers(1, 70)


@given(days, counts)
def test_a_deadline_is_never_on_a_weekend_or_a_holiday(received_on: date, count: int) -> None:
    due = domain.due(received_on, count, HOLIDAYS)
    assert due.weekday() < 5
    assert due not in HOLIDAYS
    assert due > received_on


@given(days, days, counts)
def test_what_comes_later_is_never_due_earlier(one: date, other: date, count: int) -> None:
    first, second = sorted((one, other))
    assert domain.due(first, count, HOLIDAYS) <= domain.due(second, count, HOLIDAYS)


@given(days, counts)
def test_one_more_day_is_one_working_day_later(received_on: date, count: int) -> None:
    due = domain.due(received_on, count, HOLIDAYS)
    assert domain.due(received_on, count + 1, HOLIDAYS) == domain.due(due, 1, HOLIDAYS)


@given(days, counts)
def test_the_days_until_a_deadline_are_the_days_it_was_given(received_on: date, count: int) -> None:
    due = domain.due(received_on, count, HOLIDAYS)
    assert domain.working_days_between(received_on, due, HOLIDAYS) == count
    assert domain.working_days_between(due, received_on, HOLIDAYS) == -count


@given(days, st.integers(0, 200), st.integers(0, 200))
def test_working_days_add_up(start: date, first: int, second: int) -> None:
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)
    parts = [
        domain.working_days_between(*span, HOLIDAYS) for span in ((start, middle), (middle, end))
    ]
    assert sum(parts) == domain.working_days_between(start, end, HOLIDAYS)


@given(days, st.integers(-900, 900))
def test_working_days_are_those_that_a_calendar_would_tick(start: date, away: int) -> None:
    end = start + timedelta(days=away)
    first, last = sorted((start, end))
    ticked = sum(
        day.weekday() < 5 and day not in HOLIDAYS
        for day in (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    )
    assert domain.working_days_between(start, end, HOLIDAYS) == (ticked if away >= 0 else -ticked)


def test_a_date_at_the_end_of_time_asks_for_no_more_than_a_century_of_holidays() -> None:
    asked = domain.Holidays._on_weekdays
    asked.cache_clear()
    assert domain.working_days_between(date(2026, 11, 22), date.max, HOLIDAYS) > 2_000_000
    assert asked.cache_info().currsize <= 101


def test_joint_leave_does_not_count() -> None:
    """24 December 2026 is cuti bersama, 25 December a public holiday, then comes a weekend."""
    assert domain.due(date(2026, 12, 23), 1, HOLIDAYS) == date(2026, 12, 28)


def test_a_deadline_of_no_days_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        domain.due(date(2026, 11, 2), 0, HOLIDAYS)


@pytest.mark.parametrize(
    ("category", "due"),
    [
        ("information", date(2026, 11, 9)),
        ("no_inspection", date(2026, 11, 20)),
        ("with_inspection", date(2027, 1, 29)),
    ],
)
def test_each_class_has_the_days_of_the_profile(
    new_complaint: NewComplaint, facility: Facility, category: str, due: date
) -> None:
    """Received on Monday 2 November 2026; first answer by Thursday."""
    complaint = domain.assign(
        new_complaint(state="analysis"),
        facility,
        unit=facility.units[0].code,
        summary="Antrean",
        category=category,
        holidays=HOLIDAYS,
    )
    assert complaint.response_due == date(2026, 11, 5)
    assert (
        domain.working_days_between(date(2026, 11, 2), complaint.resolve_due, HOLIDAYS)
        == {
            "information": 5,
            "no_inspection": 14,
            "with_inspection": 60,
        }[category]
    )
    assert complaint.resolve_due == due


def test_an_unanswered_complaint_is_late_from_the_day_after_its_deadline(
    new_complaint: NewComplaint,
) -> None:
    complaint = new_complaint()
    on_time = domain.overview(complaint, date(2026, 11, 5), HOLIDAYS)
    late = domain.overview(complaint, date(2026, 11, 6), HOLIDAYS)
    assert (on_time.late, on_time.days_left) == (False, 0)
    assert (late.late, late.days_left, late.response_late) == (True, -1, True)


def test_a_deadline_on_friday_is_late_on_saturday(new_complaint: NewComplaint) -> None:
    complaint = new_complaint(state="remedy", resolve_due=date(2026, 11, 20))
    assert domain.overview(complaint, date(2026, 11, 21), HOLIDAYS).late


@given(st.integers(0, 40))
def test_waiting_for_the_reporter_moves_the_deadline_by_the_days_waited(
    new_complaint: NewComplaint, facility: Facility, waited: int
) -> None:
    asked_on = date(2026, 11, 4)
    told_on = asked_on + timedelta(days=waited)
    rules = facility.complaints
    asked = domain.detail(new_complaint(), domain.Details(), asked_on, rules, HOLIDAYS)
    left = domain.overview(asked, asked_on, HOLIDAYS).days_left
    assert domain.overview(asked, told_on, HOLIDAYS).days_left == left
    told = domain.detail(asked, complete_details(), told_on, rules, HOLIDAYS)
    assert told.state == "analysis"
    assert domain.overview(told, told_on, HOLIDAYS).days_left == left
    assert not domain.overview(told, told_on, HOLIDAYS).late


def complete_details() -> domain.Details:
    return domain.Details(
        reporter_known=True, history="Nomor terlewat", location="Loket", officer_on_duty="Petugas 1"
    )


def test_an_obstacle_leaves_the_deadline_as_it_is(new_complaint: NewComplaint) -> None:
    before = new_complaint(state="improvement")
    stuck = domain.escalate(before, reason="Alat rusak", letter_no="440/12")
    freed = domain.resume(stuck, answer="Alat dikirim")
    assert stuck.resolve_due == freed.resolve_due == before.resolve_due
    assert (stuck.state, freed.state) == ("escalated", "improvement")


def test_a_reopened_complaint_gets_a_new_clock(
    new_complaint: NewComplaint, facility: Facility
) -> None:
    closed = replace(new_complaint(), state="closed", resolved_on=date(2026, 11, 10))
    reopened = domain.reopen(
        closed,
        reason="Terjadi lagi",
        today=date(2027, 1, 4),
        rules=facility.complaints,
        holidays=HOLIDAYS,
    )
    assert domain.working_days_between(date(2027, 1, 4), reopened.resolve_due, HOLIDAYS) == 14
    assert not domain.overview(reopened, date(2027, 1, 4), HOLIDAYS).late
