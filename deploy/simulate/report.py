"""The outcome of a simulation as tables for people and JSON for programs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.simulate.measure import Measured, percentile


@dataclass(frozen=True)
class Outcome:
    """`seconds`: from the first ticket to the end of the last visit.

    `unfinished`: which of the wished visits did not end, and how they stand.
    """

    routes: Counter[str]
    commands: Mapping[str, Sequence[float]]
    measured: Measured
    visits: int
    seconds: float
    since: datetime
    unfinished: Sequence[str] = field(default_factory=list)

    @property
    def visits_per_second(self) -> float:
        return self.visits / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        commands = {
            name: {
                "count": len(times),
                "p50_ms": round(percentile(times, 0.50) * 1000, 2),
                "p99_ms": round(percentile(times, 0.99) * 1000, 2),
            }
            for name, times in sorted(self.commands.items())
        }
        lags = self.measured.lags
        return {
            "commands": commands,
            "commit_to_handled_ms": {
                "p50": round(percentile(lags, 0.50), 2),
                "p99": round(percentile(lags, 0.99), 2),
            },
            "visits_per_second": round(self.visits_per_second, 3),
            "routes": dict(self.routes),
            "events_by_type": dict(sorted(self.measured.events.items())),
            "unfinished": list(self.unfinished),
        }


def show(console: Console, outcome: Outcome) -> None:
    figures = outcome.as_json()
    _table(console, "Visits by route", ("route", "visits"), outcome.routes.most_common())
    by_type = [(type_, count) for type_, count in figures["events_by_type"].items()]
    _table(console, "Events by type", ("type", "events"), by_type)
    waits = [_times(unit, times, 1) for unit, times in sorted(outcome.measured.waits.items())]
    waits.append(_times("from opening to the end of the visit", outcome.measured.service, 60))
    _table(console, "Waits (s) and service minutes", ("unit", "count", "p50", "p99"), waits)
    commands = [
        (name, c["count"], f"{c['p50_ms']:.1f}", f"{c['p99_ms']:.1f}")
        for name, c in figures["commands"].items()
    ]
    _table(console, "Commands (ms)", ("command", "count", "p50", "p99"), commands)
    lag = figures["commit_to_handled_ms"]
    console.print(
        f"{outcome.visits} visits in {outcome.seconds:.1f} s: "
        f"[bold]{outcome.visits_per_second:.2f} a second[/bold]; "
        f"commit to handled p50 {lag['p50']:.1f} ms, p99 {lag['p99']:.1f} ms"
    )
    for line in outcome.unfinished:
        console.print(f"[red]not completed:[/red] {line}", soft_wrap=True)


def _times(name: str, seconds: Sequence[float], unit: float) -> tuple[str, ...]:
    p50, p99 = (percentile(seconds, share) / unit for share in (0.50, 0.99))
    return name, str(len(seconds)), f"{p50:.2f}", f"{p99:.2f}"


def _table(
    console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)
