"""Marks are checked against the list, and the report counts what was proved."""

import pytest

from tests.kit import requirements
from tests.kit.requirements import Requirement

pytest_plugins = ["pytester"]

LISTED = requirements.load()

INI = """
[pytest]
asyncio_default_fixture_loop_scope = function
markers = requirement(id): what the test proves
"""

TESTS = """
import pytest

@pytest.mark.requirement("DR-5.1", "DR-5.2")
def test_number(): pass

@pytest.mark.requirement("DR-5.2")
@pytest.mark.parametrize("case", [1, 2])
def test_display(case): assert case == 1

@pytest.mark.requirement("DR-5.3")
def test_unit(): pytest.skip("nothing to run on")

@pytest.mark.requirement("DR-5.4")
@pytest.mark.parametrize("mode", [1, 2])
def test_record(mode):
    if mode == 2: pytest.skip("no broker")
"""


def test_the_list_has_ninety_seven_requirements_of_five_procedures() -> None:
    assert len(LISTED) == 97
    assert len({one.source for one in LISTED.values()}) == 5


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ({"a": {"passed"}, "b": {"passed", "skipped"}}, "pass"),
        ({"a": {"passed"}, "b": {"failed"}}, "fail"),
        ({"a": {"skipped"}}, "not run"),
        ({}, "–"),
    ],
)
def test_verdict_of_one_requirement(outcomes: dict[str, set[str]], verdict: str) -> None:
    assert requirements.verdict(outcomes) == verdict


def test_a_bar_in_a_requirement_does_not_break_the_table() -> None:
    page = requirements.render([Requirement("X-1", "seed.txt", "a|b", "lab")], {})
    assert "| X-1 | seed | a\\|b | lab | – | – |" in page


def test_marks_become_a_report(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    report = pytester.path / "requirements.md"
    monkeypatch.setattr(requirements, "REPORT", report)
    pytester.makeini(INI)
    pytester.makepyfile(TESTS)
    result = pytester.inline_run("-p", "tests.kit.requirements", "--requirements", "-p", "no:xdist")
    result.assertoutcome(passed=3, failed=1, skipped=2)
    rows = {line.split("|")[1].strip(): line for line in report.read_text().splitlines()[8:]}
    assert len(rows) == 97
    assert [rows[f"DR-5.{n}"].split("|")[-2].strip() for n in (1, 2, 3, 4, 5)] == [
        "pass",
        "fail",
        "not run",
        "pass",
        "–",
    ]
    assert "**2 of 97 pass.**" in report.read_text()


def test_an_unknown_id_is_an_error(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(
        "import pytest\n@pytest.mark.requirement('DR-99')\ndef test_nothing(): pass\n"
    )
    result = pytester.runpytest("-p", "tests.kit.requirements")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*'DR-99': not in requirements.tsv*"])
