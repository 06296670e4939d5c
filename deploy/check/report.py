"""What the checker found: counts, parked messages and violations, as JSON and as tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

#: More offending ids than these are counted on the screen; the JSON holds them all.
SHOWN = 50


@dataclass(frozen=True)
class Violation:
    """One offending id. `rule` is a stable name; `service` says whose database shows it."""

    rule: str
    service: str
    id: str
    detail: str = ""


@dataclass(frozen=True)
class Parked:
    """A message that stands aside, with its cause: known, so not a violation."""

    service: str
    event_id: str
    type: str
    state: str
    code: str


@dataclass
class Report:
    opened: int = 0
    completed: int = 0
    produced: int = 0
    expected: int = 0
    handled: int = 0
    parked: list[Parked] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)

    def blame(self, rule: str, service: str, ids: Iterable[object], detail: str = "") -> None:
        """Add one violation for each id."""
        self.violations += [Violation(rule, service, str(each), detail) for each in ids]

    def count(self, rule: str) -> int:
        return sum(found.rule == rule for found in self.violations)

    def as_json(self) -> dict[str, Any]:
        return {
            "visits": {"opened": self.opened, "completed": self.completed},
            "events": {
                "produced": self.produced,
                "expected_deliveries": self.expected,
                "handled": self.handled,
                "lost": self.count("lost"),
                "duplicated": self.count("duplicated"),
                "parked": len(self.parked),
            },
            "parked": [vars(message) for message in self.parked],
            "violations": [vars(violation) for violation in self.violations],
        }


def show(console: Console, report: Report) -> None:
    """The counts, what is parked, and every violation by name."""
    facts = Table(title="Checker", show_header=False)
    facts.add_row("visits opened / completed", f"{report.opened} / {report.completed}")
    facts.add_row("events produced", str(report.produced))
    facts.add_row("deliveries expected / handled", f"{report.expected} / {report.handled}")
    lost, doubled = report.count("lost"), report.count("duplicated")
    facts.add_row("lost / duplicated / parked", f"{lost} / {doubled} / {len(report.parked)}")
    console.print(facts)
    if report.parked:
        rows = [(m.service, m.event_id, m.type, m.state, m.code) for m in report.parked]
        _list(console, "Parked messages", ("service", "event", "type", "state", "cause"), rows)
    if report.violations:
        found = [(v.rule, v.service, v.id, v.detail) for v in report.violations]
        _list(console, "Violations", ("rule", "service", "id", "detail"), found)
    else:
        console.print("[green]Every invariant holds.[/green]")


def _list(
    console: Console, title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> None:
    table = Table(*columns, title=f"{title}: {len(rows)}")
    for row in rows[:SHOWN]:
        table.add_row(*row)
    console.print(table)
    if len(rows) > SHOWN:
        console.print(f"… and {len(rows) - SHOWN} more (all of them in the JSON)")
