"""Statements of hot commands, built once: building one costs more than running it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from chassis.work import Work

Build = Callable[[Work], Any]


def once(build: Build) -> Build:
    """Keep what `build` returns, for each of the two databases; values come as parameters."""
    built: dict[bool, Any] = {}

    @wraps(build)
    def statement(work: Work) -> Any:
        kind = work.database.is_sqlite
        if kind not in built:
            built[kind] = build(work)
        return built[kind]

    return statement
