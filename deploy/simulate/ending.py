"""How a run ends that has something to remove: once, and to the end, however often it is told."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def stoppable(work: Coroutine[Any, Any, T]) -> T:
    """The first Ctrl-C or SIGTERM cancels the work; later ones are only answered."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    stopping = False

    def stop() -> None:
        nonlocal stopping
        if stopping:
            print("still removing what this run made: a moment, please", file=sys.stderr)
        else:
            stopping = True
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        return await task
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


async def to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Waits for the work also where whoever waits is cancelled meanwhile; that comes after it."""
    task, cancelled = asyncio.ensure_future(work), None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled
