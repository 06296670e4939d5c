"""Sign-in: five failures in five minutes lock an account for a minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.accounts import Failing, Throttle, after_failure, is_locked

THROTTLE = Throttle(5, timedelta(minutes=5), timedelta(minutes=1))
START = datetime(2026, 11, 22, 9, tzinfo=UTC)


def fail(seconds: list[int]) -> Failing:
    failing = Failing()
    for second in seconds:
        failing = after_failure(failing, START + timedelta(seconds=second), THROTTLE)
    return failing


def test_the_fifth_failure_locks_for_a_minute() -> None:
    failing = fail([0, 10, 20, 30, 40])
    assert is_locked(failing, START + timedelta(seconds=99))
    assert not is_locked(failing, START + timedelta(seconds=100))


def test_failures_long_ago_are_forgotten() -> None:
    assert fail([0, 10, 20, 30, 400]) == Failing(1, START + timedelta(seconds=400))


@given(st.lists(st.integers(0, 3600), max_size=4))
def test_four_failures_never_lock(seconds: list[int]) -> None:
    assert fail(sorted(seconds)).locked_until is None
