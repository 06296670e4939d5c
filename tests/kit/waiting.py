"""Waiting for a condition with a deadline, never for a time."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], timeout: float = 10.0) -> T:
    """The first truthy answer of `look`; fails with the last answer after `timeout` seconds."""
    deadline = monotonic() + timeout
    while True:
        answer = await look()
        if answer:
            return answer
        if monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s; last answer: {answer!r}")
        await asyncio.sleep(0.02)
