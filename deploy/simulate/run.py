"""Runs the visits: so many at once, with a progress bar, until all are over or one goes wrong."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from time import perf_counter
from uuid import UUID

from contracts.facility import Facility
from deploy.check.proof import opened
from deploy.simulate.centre import Running
from deploy.simulate.client import Client
from deploy.simulate.ended import Ended
from deploy.simulate.measure import measure
from deploy.simulate.plan import Plan, plan_visit
from deploy.simulate.report import Outcome
from deploy.simulate.visit import ROLES, Centre, Visit


@dataclass(frozen=True)
class Wish:
    """What to simulate. `patience`: seconds to wait for any one thing to happen.

    `per_second`: patients arrive at this rate, however many are there already; without it
    `concurrency` of them are on their way at any time.
    """

    visits: int = 50
    seed: int = 1
    concurrency: int = 8
    patience: float = 60.0
    per_second: float | None = None


async def simulate(
    running: Running, facility: Facility, wish: Wish, advance: Callable[[], None] = lambda: None
) -> Outcome:
    """Drive all visits through the HTTP APIs; raises what stopped the first one that failed."""
    began = datetime.now(UTC)
    today = began.astimezone(facility.zone).date()
    plans = [plan_visit(wish.seed, index, today) for index in range(wish.visits)]
    ended = Ended(running, advance)
    async with Client(running.addresses, facility.code, wish.patience) as client:
        await client.sign_in(*ROLES)
        centre = Centre(client, facility, today)
        await centre.stock_up(_needed(plans))
        client.seconds.clear()
        started = perf_counter()
        await _all(centre, plans, wish, ended)
        seconds = perf_counter() - started
    async with opened(running.settings) as databases:
        measured = await measure(databases, facility.code, began)
        unfinished = await ended.unfinished(databases, len(plans))
    routes = Counter(plan.route.name for plan in plans)
    return Outcome(routes, client.seconds, measured, len(plans), seconds, began, unfinished)


async def _all(centre: Centre, plans: list[Plan], wish: Wish, ended: Ended) -> None:
    waiting = iter(enumerate(plans, 1))

    async def work(delay: float = 0.0, limit: int | None = None) -> None:
        await asyncio.sleep(delay)
        for number, plan in islice(waiting, limit):
            visit = Visit(centre, plan)
            await visit.run()
            await ended.add(number, UUID(visit.id))

    if wish.per_second:
        starts = [work(index / wish.per_second, limit=1) for index in range(len(plans))]
    else:
        starts = [work() for _ in range(wish.concurrency)]
    workers = [asyncio.create_task(start) for start in starts]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def _needed(plans: list[Plan]) -> Mapping[str, int]:
    needed: Counter[str] = Counter()
    for plan in plans:
        needed.update(dict(plan.route.drugs))
    return dict(needed)
