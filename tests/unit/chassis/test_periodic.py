"""What time asks for goes on when the database was away for a moment, and soon."""

import asyncio

import pytest
from sqlalchemy.exc import InterfaceError

from chassis import periodic
from tests.kit.waiting import eventually

AN_HOUR = 3600.0


class Task:
    """Fails as told, then works; counts its runs."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.runs = list(failures), 0

    async def __call__(self) -> None:
        self.runs += 1
        if self.failures:
            raise self.failures.pop()


async def test_a_database_that_was_away_is_asked_again_before_the_rest_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(periodic, "AWAY_SECONDS", 0.001)
    task = Task(ConnectionRefusedError("away"), InterfaceError("", None, OSError("away")))
    running = asyncio.create_task(periodic.repeat("lab", task, AN_HOUR))

    async def has_worked() -> bool:
        return task.runs == 3

    try:
        await eventually(has_worked)
    finally:
        running.cancel()


async def test_a_mistake_of_the_program_ends_it() -> None:
    task = Task(ValueError("wrong"))
    with pytest.raises(ValueError, match="wrong"):
        await periodic.repeat("lab", task, AN_HOUR)
    assert task.runs == 1
