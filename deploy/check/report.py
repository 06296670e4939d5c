"""What the checker found: counts, what stands aside and violations, as JSON and for the screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.check.rules import RULES

#: More ids of one kind than these are counted on the screen; the JSON holds them all.
SHOWN = 20


@dataclass(frozen=True)
class Violation:
    """One offending id. `rule` is one of RULES; `service` says whose database shows it."""

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


@dataclass(frozen=True)
class Late:
    """A message that was lost, sent again, and handled after later ones of its key."""

    service: str
    event_id: str
    type: str


@dataclass
class Report:
    opened: int = 0
    completed: int = 0
    produced: int = 0
    expected: int = 0
    handled: int = 0
    parked: list[Parked] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
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
            "late": [vars(message) for message in self.late],
            "violations": [vars(violation) for violation in self.violations],
        }


def show(console: Console, report: Report) -> None:
    """The counts, what stands aside or came late, and every violation under its rule."""
    facts = Table(title="Checker", show_header=False)
    facts.add_row("visits opened / completed", f"{report.opened} / {report.completed}")
    facts.add_row("events produced", str(report.produced))
    facts.add_row("deliveries expected / handled", f"{report.expected} / {report.handled}")
    lost, doubled = report.count("lost"), report.count("duplicated")
    facts.add_row("lost / duplicated / parked", f"{lost} / {doubled} / {len(report.parked)}")
    console.print(facts)
    aside = [f"{m.service} {m.event_id} {m.type}: {m.state}, {m.code}" for m in report.parked]
    _list(console, "Parked messages: a person decides on the operations page", aside)
    late = [f"{m.service} {m.event_id} {m.type}" for m in report.late]
    _list(console, "Sent again, and handled after later ones of their key", late)
    if not report.violations:
        console.print("[green]Every invariant holds.[/green]")
        return
    console.print(f"[red]Violations: {len(report.violations)}[/red]")
    for rule in dict.fromkeys(found.rule for found in report.violations):
        lines = [f"{v.service} {v.id} {v.detail}" for v in report.violations if v.rule == rule]
        _list(console, f"{rule}: {RULES[rule]}", lines)


def _list(console: Console, title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    # Ids stay in one piece, so that they can be copied, however narrow the window is.
    console.print(f"\n{title} ({len(lines)})", markup=False, highlight=False, soft_wrap=True)
    for line in lines[:SHOWN]:
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    if len(lines) > SHOWN:
        console.print(f"  … and {len(lines) - SHOWN} more (all of them with --json FILE)")
