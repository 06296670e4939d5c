"""`python -m tests.bench visits`: visits a second against a raw baseline on the same servers.

Distributed mode on databases and queues of its own; every figure comes from the same run.
"""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from chassis.profiles import load
from chassis.settings import Settings
from chassis.tables import audit, idempotency, inbox, outbox
from contracts.facility import Facility
from deploy.check import prove
from deploy.check.proof import opened
from deploy.simulate import Wish, own_centre, simulate
from deploy.simulate.plan import plan_visit
from deploy.simulate.report import Outcome
from tests.bench.raw.run import COUNTED, WARM, RawResult, run_raw
from tests.bench.raw.side_by_side import run_side_by_side

FACILITY = "dharma_rini"
#: Events a visit of the usual mixture produces, to pace the run at 50 events a second.
EVENTS_PER_SECOND = 50.0
IDLE_SECONDS = 3.0


@dataclass(frozen=True)
class Options:
    visits: int = 120
    concurrency: int = 8
    seed: int = 1
    paced_seconds: float = 20.0


async def run(options: Options) -> dict[str, Any]:
    """Alur, then the baseline, then the paced run and the embedded mode at rest."""
    facility = load(Settings().facilities_dir)[FACILITY]
    async with own_centre("distributed", direct=True, name="bench") as centre:
        wish = Wish(options.visits, options.seed, options.concurrency)
        await simulate(centre, facility, Wish(WARM, 7919, options.concurrency))  # warm
        outcome = await simulate(centre, facility, wish)
        rows = await _rows(centre.settings, outcome.since)
        paced = await simulate(centre, facility, _paced(options, outcome))
        report = await prove(centre.settings, settle=30.0)
    raw = await _best_raw(options, facility)
    return _result(outcome, paced, raw, rows) | {
        "embedded": await _embedded_at_rest(),
        "violations": [vars(violation) for violation in report.violations],
    }


def _paced(options: Options, outcome: Outcome) -> Wish:
    events = sum(outcome.measured.events.values()) / outcome.visits
    rate = EVENTS_PER_SECOND / events
    visits = max(8, round(rate * options.paced_seconds))
    return Wish(visits, options.seed + 1, per_second=rate)


async def _best_raw(options: Options, facility: Facility) -> RawResult:
    """The best of several: the baseline gets its best day, and every core of the machine."""
    today = datetime.now(UTC).astimezone(facility.zone).date()
    plans = [plan_visit(options.seed, index, today) for index in range(options.visits)]
    routes = [plan.route for plan in plans]
    many = options.concurrency
    results = [await run_raw(routes, many), await run_raw(routes, many * 2)]
    for each in (many, many * 2):
        results.append(await run_side_by_side(routes, each, os.cpu_count() or 1))
    return max(results, key=lambda result: result.visits_per_second)


async def _rows(settings: Settings, since: datetime) -> dict[str, int]:
    """Plumbing rows of the measured run, to compare with what the baseline wrote."""
    moments = {
        "outbox": outbox.c.recorded_at,
        "inbox": inbox.c.handled_at,
        "audit": audit.c.at,
        "idempotency": idempotency.c.created_at,
    }
    counted = dict.fromkeys(COUNTED, 0)
    async with opened(settings) as databases:
        for database in databases.values():
            async with database.reading() as connection:
                for name, moment in moments.items():
                    many = sa.select(sa.func.count()).where(moment >= since)
                    counted[name] += int(await connection.scalar(many) or 0)
    return counted


async def _embedded_at_rest() -> dict[str, float]:
    """Proportional memory and the time until a fresh centre with demo data answered."""
    async with own_centre("embedded") as centre:
        await asyncio.sleep(IDLE_SECONDS)
        pss = await asyncio.to_thread(_pss, centre.pid)
        return {"pss_mb": round(pss / 1024, 1), "ready_seconds": round(centre.ready_seconds, 2)}


def _pss(pid: int) -> int:
    """Kilobytes, each shared page divided by how many processes share it."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise ValueError(f"no Pss of process {pid}")


def _result(
    outcome: Outcome, paced: Outcome, raw: RawResult, rows: dict[str, int]
) -> dict[str, Any]:
    figures, at_pace = outcome.as_json(), paced.as_json()
    return {
        "visits_per_second": figures["visits_per_second"],
        "raw_visits_per_second": round(raw.visits_per_second, 3),
        "ratio": round(outcome.visits_per_second / raw.visits_per_second, 3),
        "commit_to_handled_ms": at_pace["commit_to_handled_ms"],
        "paced": {
            "events_per_second": round(sum(paced.measured.events.values()) / paced.seconds, 1),
            "visits": paced.visits,
        },
        "saturated_commit_to_handled_ms": figures["commit_to_handled_ms"],
        "rows": {"alur": rows, "raw": raw.rows},
        "commands": figures["commands"],
    }


def show(result: dict[str, Any]) -> None:
    table = Table("figure", "measured", "target", title="Visits, distributed mode")
    lag, rest = result["commit_to_handled_ms"], result["embedded"]
    pace = result["paced"]["events_per_second"]
    for row in (
        ("visits a second", result["visits_per_second"], ""),
        ("raw baseline, visits a second", result["raw_visits_per_second"], ""),
        ("ratio", result["ratio"], ">= 0.25"),
        (f"commit to handled at {pace} events/s, p50 ms", lag["p50"], "<= 25"),
        (f"commit to handled at {pace} events/s, p99 ms", lag["p99"], "<= 150"),
        ("embedded mode at rest, PSS MB", rest["pss_mb"], "<= 200"),
        ("embedded mode ready, s", rest["ready_seconds"], "<= 5"),
        ("violations", len(result["violations"]), "0"),
    ):
        table.add_row(*map(str, row))
    console = Console()
    console.print(table)
    work = Table("rows written", "Alur", "raw baseline")
    for name in COUNTED:
        work.add_row(name, *(str(result["rows"][side][name]) for side in ("alur", "raw")))
    console.print(work)
