"""Runs the raw baseline in several processes at once: one process cannot use every core."""

import asyncio
import multiprocessing
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from typing import Any

from deploy.simulate.plan import Route
from tests.bench.raw.run import RawResult, run_raw

START_SECONDS = 120.0


async def run_side_by_side(routes: Sequence[Route], concurrency: int, processes: int) -> RawResult:
    """The visits dealt out to processes, each with databases and queues of its own.

    The clock runs from the first start to the last end.
    """
    return await asyncio.to_thread(_run, list(routes), concurrency, processes)


def _run(routes: list[Route], concurrency: int, processes: int) -> RawResult:
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(processes), spawn.Queue()
    shares = [routes[index::processes] for index in range(processes)]
    children = [
        spawn.Process(target=_child, args=(share, concurrency, barrier, results))
        for share in shares
    ]
    for child in children:
        child.start()
    try:
        return _sum([results.get(timeout=START_SECONDS) for _ in children])
    finally:
        for child in children:
            child.join(START_SECONDS)
            child.kill()


def _child(routes: list[Route], concurrency: int, barrier: Barrier, results: Any) -> None:
    def ready() -> None:
        barrier.wait(START_SECONDS)

    results.put(asyncio.run(run_raw(routes, concurrency, ready)))


def _sum(parts: list[RawResult]) -> RawResult:
    return RawResult(
        visits=sum(part.visits for part in parts),
        began=min(part.began for part in parts),
        ended=max(part.ended for part in parts),
        rows={name: sum(part.rows[name] for part in parts) for name in parts[0].rows},
    )
