"""`python -m tests.bench commands`: one client's p50/p99, and answers a second of eight clients.

The items go through the stages of a visit one stage at a time: what a stage needs was made by
the stages before it. Stages without a name in `SHOWN` are only the way to the next one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from chassis.profiles import load
from chassis.settings import Settings
from deploy.check.ledgers import check_ledgers
from deploy.check.messages import is_quiet
from deploy.check.proof import opened
from deploy.check.report import Report
from deploy.simulate import own_centre
from deploy.simulate.client import Client, Refused
from deploy.simulate.measure import percentile
from services.clinical import models as clinical
from tests.bench.fill import fill

FACILITY, UNIT, LISTED_UNIT = "dharma_rini", "umum", "kia"
ROLES = ("queue_machine", "clerk", "doctor", "analyst", "pharmacist")
ALONE, CLIENTS, WAITING = 60, 8, 20_000
SETTLE_SECONDS = 30.0
NOT_YET = frozenset({"not_found", "queue_empty", "patient_unknown", "identity_unknown"})
#: Three times the best open peer on two such cores for writes, ten times for the list.
TARGETS = {
    "issue ticket": 168, "register patient": 324, "open visit": None, "request lab test": 213,
    "release result": None, "prescribe": None, "dispense": 96, "list 20 of 20,000": 150,
}  # fmt: skip


@dataclass
class Item:
    """One patient on the way through the stages."""

    index: int
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def said(self) -> dict[str, str]:
        return {"full_name": f"Uji Beban {self.index}", "birth_date": "1990-04-05"}


Do = Callable[[Client, Item], Awaitable[Any]]


async def run(mode: str, items: int) -> dict[str, Any]:
    facility = load(Settings().facilities_dir)[FACILITY]
    today = datetime.now(UTC).astimezone(facility.zone).date()
    async with own_centre(mode, direct=True, name="bench") as centre:
        async with Client(centre.addresses, FACILITY, patience=60.0) as client:
            await client.sign_in(*ROLES)
            people = [Item(index) for index in range(ALONE + items)]
            await client.command(
                "stock", "pharmacist", "pharmacy", "/api/stock/receipts",
                {"drug_code": "paracetamol_500_tab", "lot": "BENCH", "quantity": 10 * len(people),
                 "expiry": today.replace(year=today.year + 1, day=1).isoformat()},
            )  # fmt: skip
            figures = {}
            for name, do in STAGES:
                await _settle(centre.settings)
                measured = await _stage(client, people, do)
                if name in TARGETS:
                    figures[name] = measured
            await _fill_worklist(centre.settings)
            figures["list 20 of 20,000"] = await _stage(client, people * 2, _list_waiting)
        report = Report()
        async with opened(centre.settings) as databases:
            await check_ledgers(databases, report)
    return {"commands": figures, "violations": [vars(each) for each in report.violations]}


async def _settle(settings: Settings) -> None:
    """No stage begins while the events of the one before are still being handled."""
    deadline = perf_counter() + SETTLE_SECONDS
    async with opened(settings) as databases:
        while not await is_quiet(databases) and perf_counter() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def _stage(client: Client, items: Sequence[Item], do: Do) -> dict[str, float]:
    """The first items one after the other by one client, the others by eight at once."""
    alone, together = items[:ALONE], iter(items[ALONE:])
    seconds = [await _timed(client, item, do) for item in alone]
    crowd: list[float] = []

    async def work() -> None:
        for item in together:
            crowd.append(await _timed(client, item, do))

    started = perf_counter()
    await asyncio.gather(*(work() for _ in range(CLIENTS)))
    rate = (len(items) - len(alone)) / (perf_counter() - started)
    return {
        "p50_ms": round(percentile(seconds, 0.50) * 1000, 2),
        "p99_ms": round(percentile(seconds, 0.99) * 1000, 2),
        "per_second_of_eight": round(rate, 1),
        "p50_ms_of_eight": round(percentile(crowd, 0.50) * 1000, 2),
        "p99_ms_of_eight": round(percentile(crowd, 0.99) * 1000, 2),
    }


async def _timed(client: Client, item: Item, do: Do) -> float:
    """Seconds of the answer; what an event has not brought yet is asked for again, untimed."""
    while True:
        started = perf_counter()
        try:
            await do(client, item)
        except Refused as refusal:
            if refusal.code not in NOT_YET:
                raise
            await asyncio.sleep(0.02)
        else:
            return perf_counter() - started


async def _issue(client: Client, item: Item) -> None:
    answer = await client.command("", "queue_machine", "registration", "/api/tickets")
    item.ids["ticket"] = answer["id"]


async def _register(client: Client, item: Item) -> None:
    body = item.said | {"sex": "F", "nik": f"332301450490{item.index:04d}"}
    answer = await client.command("", "clerk", "registration", "/api/patients", body)
    item.ids["patient"] = answer["id"]


async def _open(client: Client, item: Item) -> None:
    body = {"patient_id": item.ids["patient"], "ticket_id": item.ids["ticket"]}
    answer = await client.command("", "clerk", "registration", "/api/visits", body)
    item.ids["visit"] = answer["id"]


async def _call(client: Client, item: Item) -> None:
    # Whoever is next: here the visits change owners, which all stages after this one allow,
    # because the identifiers are compared with the name that the room itself reads.
    path = "/api/worklist/call-next"
    answer = await client.command("", "doctor", "clinical", path, {"unit": UNIT})
    item.ids["visit"] = answer["visit_id"]
    record = await client.read("", "doctor", "clinical", f"/api/encounters/{item.ids['visit']}")
    if record["patient"] is None:
        raise Refused("", "GET", "", 404, {"code": "patient_unknown"})
    item.index = int(record["patient"]["full_name"].rsplit(" ", 1)[1])


def _care(step: str, body: Callable[[Item], dict[str, Any]], keep: str = "") -> Do:
    async def do(client: Client, item: Item) -> None:
        path = f"/api/encounters/{item.ids['visit']}/{step}"
        answer = await client.command("", "doctor", "clinical", path, body(item))
        if keep:
            item.ids[keep] = answer["id"]

    return do


def _order(step: str, body: dict[str, Any] | None = None) -> Do:
    async def do(client: Client, item: Item) -> None:
        path = f"/api/orders/{item.ids['order']}/{step}"
        await client.command("", "analyst", "lab", path, body)

    return do


def _rx(step: str, body: Callable[[Item], dict[str, Any]]) -> Do:
    async def do(client: Client, item: Item) -> None:
        path = f"/api/prescriptions/{item.ids['rx']}/{step}"
        await client.command("", "pharmacist", "pharmacy", path, body(item))

    return do


async def _list_waiting(client: Client, _: Item) -> None:
    path = f"/api/worklist?unit={LISTED_UNIT}&limit=20"
    listed = await client.read("", "doctor", "clinical", path)
    assert len(listed) == 20


_ITEM = {"drug_code": "paracetamol_500_tab", "dose": "1", "frequency": "3 x sehari", "days": 3}
_CHECKS = {"administrative": True, "pharmaceutical": True, "clinical": True}
STAGES: tuple[tuple[str, Do], ...] = (
    ("issue ticket", _issue),
    ("register patient", _register),
    ("open visit", _open),
    ("call", _call),
    ("identify", _care("identity", lambda item: item.said)),
    ("assess", _care("assessment", lambda _: {"complaint": "Lemas", "observations": {}})),
    ("request lab test", _care("lab-requests", lambda _: {"tests": ["718-7"]}, "order")),
    ("accept", _order("accept")),
    ("collect", _order("collect")),
    ("receive", _order("receive")),
    ("enter", _order("results", {"values": {"718-7": 13.1}})),
    ("validate", _order("validate")),
    ("release result", _order("release")),
    ("prescribe", _care("prescriptions", lambda _: {"items": [_ITEM | {"quantity": 10}]}, "rx")),
    ("review", _rx("review", lambda _: _CHECKS)),
    ("prepare", _rx("prepare", lambda _: {})),
    ("dispense", _rx("dispense", lambda item: item.said | {"instructions_given": True})),
)


async def _fill_worklist(settings: Settings) -> None:
    """Twenty thousand waiting patients, written straight into the rooms' tables."""
    patients = [
        fill(clinical.patient, facility=FACILITY, mrn=f"{n:06d}", full_name=f"Menunggu {n}")
        for n in range(WAITING)
    ]
    entries = [
        fill(
            clinical.worklist_entry, facility=FACILITY, unit=LISTED_UNIT, state="waiting",
            patient_id=patient["id"], number=number, rank=1 + number % 2, reason="registration",
            priority_class="regular", ticket_no=f"A-{number:03d}",
        )
        for number, patient in enumerate(patients)
    ]  # fmt: skip
    async with opened(settings) as databases, databases["clinical"].writing() as connection:
        await connection.execute(sa.insert(clinical.patient), patients)
        await connection.execute(sa.insert(clinical.worklist_entry), entries)
        if not databases["clinical"].is_sqlite:
            await connection.execute(sa.text("ANALYZE patient, worklist_entry"))


def show(result: dict[str, dict[str, Any]]) -> None:
    console = Console()
    for mode, found in result.items():
        table = Table(title=f"Commands, {mode} mode", title_justify="left")
        for column in ("command", "p50 ms", "p99 ms", "a second of eight", "target"):
            table.add_column(column, justify="left" if column == "command" else "right")
        for name, figures in found["commands"].items():
            cells = (figures["p50_ms"], figures["p99_ms"], figures["per_second_of_eight"])
            target = TARGETS[name]
            table.add_row(name, *map(str, cells), f">= {target}" if target else "")
        console.print(table)
        wrong = found["violations"]
        console.print(f"double ticket numbers or oversold stock: {len(wrong)} {wrong[:3] or ''}")
