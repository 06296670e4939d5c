"""Writes the measured figures into `docs/performance.md`, between its two markers."""

import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.commands import TARGETS

DOCUMENT = Path("docs/performance.md")
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
LIBRARIES = ("fastapi", "sqlalchemy", "asyncpg", "faststream", "aio-pika", "uvicorn")


def write(visits: dict[str, Any], commands: dict[str, dict[str, Any]], on: date) -> None:
    """Replace the figures of the document by these; its other text stays."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n\n".join([_machine(on), _visits(visits), *map(_mode, commands.items())])
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def _machine(on: date) -> str:
    cores = len([line for line in _cpuinfo() if line.startswith("processor")])
    model = next((line.split(":", 1)[1].strip() for line in _cpuinfo() if "model name" in line), "")
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Measured {on.isoformat()}: {cores} cores ({model}), {_system()}, Python "
        f"{platform.python_version()}, {libraries}; database, broker and load on the same cores."
    )


def _cpuinfo() -> list[str]:
    return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform()


def _visits(found: dict[str, Any]) -> str:
    lag, full, rest = (
        found[key] for key in ("commit_to_handled_ms", "saturated_commit_to_handled_ms", "embedded")
    )
    pace = found["paced"]["events_per_second"]
    rows = (
        ("visits a second", found["visits_per_second"], ""),
        ("raw baseline, visits a second", found["raw_visits_per_second"], ""),
        ("ratio", found["ratio"], "≥ 0.25"),
        (f"commit to handled at {pace} events a second, p50 ms", lag["p50"], "≤ 25"),
        (f"commit to handled at {pace} events a second, p99 ms", lag["p99"], "≤ 150"),
        ("commit to handled at full load, p50 / p99 ms", f"{full['p50']} / {full['p99']}", ""),
        ("embedded mode at rest, PSS MB", rest["pss_mb"], "≤ 200"),
        ("embedded mode, fresh start until ready, s", rest["ready_seconds"], "≤ 5"),
    )
    return _table("Whole visits, distributed mode", ("figure", "measured", "target"), rows)


def _mode(found: tuple[str, dict[str, Any]]) -> str:
    mode, result = found
    rows = [
        (
            name,
            f"{figures['p50_ms']} / {figures['p99_ms']}",
            figures["per_second_of_eight"],
            f"≥ {TARGETS[name]}" if TARGETS[name] else "",
        )
        for name, figures in result["commands"].items()
    ]
    columns = ("command", "one client, p50 / p99 ms", "eight clients, a second", "target")
    return _table(f"Commands, {mode} mode", columns, rows)


def _table(title: str, columns: tuple[str, ...], rows: Any) -> str:
    lines = [f"### {title}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])
