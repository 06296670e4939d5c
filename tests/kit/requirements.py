"""Requirement marks: which requirement a test proves, and the report of all of them.

`python -m tests.kit.requirements` runs the marked tests, writes docs/requirements.md and prints the
count. A mark names ids of docs/requirements.tsv; an id that is not there is an error.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

DOCS: Final = Path(__file__).parents[2] / "docs"
LIST: Final = DOCS / "requirements.tsv"
REPORT: Final = DOCS / "requirements.md"

#: requirement id -> test (file and function) -> outcomes of its cases
Outcomes = Mapping[str, Mapping[str, set[str]]]


class Requirement(NamedTuple):
    """One line of the list."""

    id: str
    source: str
    text: str
    services: str


def load(path: Path = LIST) -> dict[str, Requirement]:
    """Every requirement by its id, in the order of the list."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [Requirement(r["id"], r["source"], r["requirement"], r["services"]) for r in rows]
    by_id = {requirement.id: requirement for requirement in found}
    if len(by_id) != len(found):
        raise ValueError(f"{path.name}: an id is listed twice")
    return by_id


def verdict(tests: Mapping[str, set[str]]) -> str:
    """`pass` if a case passed and none failed; skipped cases prove nothing and break nothing."""
    outcomes = set().union(*tests.values())
    if "failed" in outcomes:
        return "fail"
    return "pass" if "passed" in outcomes else "not run" if outcomes else "–"


def render(requirements: Iterable[Requirement], outcomes: Outcomes) -> str:
    """The report as a Markdown page."""
    listed = list(requirements)
    lines = [
        "# Requirements",
        "",
        "Written by `make requirements` from `requirements.tsv` and the acceptance tests.",
        "",
        f"**{count(listed, outcomes)} of {len(listed)} pass.**",
        "",
        "| Id | Source | Requirement | Services | Tests | Result |",
        "|---|---|---|---|---|---|",
    ]
    for one in listed:
        tests = outcomes.get(one.id, {})
        names = "<br>".join(f"`{name}`" for name in sorted(tests)) or "–"
        text, seed = one.text.replace("|", "\\|"), one.source.removesuffix(".txt")
        lines.append(
            f"| {one.id} | {seed} | {text} | {one.services} | {names} | {verdict(tests)} |"
        )
    return "\n".join(lines) + "\n"


def count(requirements: Iterable[Requirement], outcomes: Outcomes) -> int:
    """How many requirements pass."""
    return sum(verdict(outcomes.get(one.id, {})) == "pass" for one in requirements)


class Recorder:
    """Collects outcomes in the main process, also of tests that ran in workers."""

    def __init__(self) -> None:
        self.outcomes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.outcome == "passed":
            return
        name = report.nodeid.partition("[")[0].removeprefix("tests/")
        for key, value in report.user_properties:
            if key == "requirement":
                self.outcomes[str(value)][name].add(report.outcome)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        requirements = load()
        REPORT.write_text(render(requirements.values(), self.outcomes), encoding="utf-8")
        passed = count(requirements.values(), self.outcomes)
        terminalreporter.write_line(f"requirements: {passed} of {len(requirements)} pass")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--requirements", action="store_true", help="write docs/requirements.md and print the count"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--requirements") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(), "requirements-recorder")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Hang the ids on each test, so that its report carries them to the main process."""
    for item in items:
        item.user_properties += [("requirement", id_) for id_ in _ids(item)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A mark that names no requirement is an error of its test."""
    if unknown := [id_ for id_ in _ids(item) if id_ not in load()]:
        pytest.fail(f"{', '.join(map(repr, unknown))}: not in {LIST.name}", pytrace=False)


def _ids(item: pytest.Item) -> list[str]:
    return [str(id_) for mark in item.iter_markers("requirement") for id_ in mark.args]


if __name__ == "__main__":
    sys.exit(pytest.main(["tests", "-m", "requirement", "--requirements", *sys.argv[1:]]))
