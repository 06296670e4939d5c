"""The figures of a simulation: percentiles and the agreed JSON."""

from collections import Counter
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from deploy.simulate.measure import Measured, percentile
from deploy.simulate.report import Outcome, show


@pytest.fixture
def outcome() -> Outcome:
    measured = Measured(
        events=Counter({"registration.visit.opened.v1": 2}),
        lags=[float(n) for n in range(1, 101)],
        waits={"anak": [1.0, 3.0]},
        service=[60.0, 120.0],
    )
    commands = {"open visit": [0.010, 0.020]}
    began = datetime(2026, 11, 20, tzinfo=UTC)
    return Outcome(Counter({"child": 2}), commands, measured, 2, 4.0, began)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.5, 0.0), ([7.0], 0.99, 7.0), ([3.0, 1.0, 2.0], 0.5, 2.0), ([1.0, 2.0], 0.99, 2.0)],
)
def test_a_percentile_is_one_of_the_values(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


def test_the_json_has_the_agreed_keys(outcome: Outcome) -> None:
    figures = outcome.as_json()

    assert figures["commands"] == {"open visit": {"count": 2, "p50_ms": 10.0, "p99_ms": 20.0}}
    assert figures["commit_to_handled_ms"] == {"p50": 50.0, "p99": 99.0}
    assert figures["visits_per_second"] == 0.5


def test_the_tables_show_routes_events_waits_and_commands(outcome: Outcome) -> None:
    console = Console(file=StringIO(), width=120)

    show(console, outcome)

    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for word in ("child", "registration.visit.opened.v1", "anak", "open visit", "0.50 a second"):
        assert word in shown
