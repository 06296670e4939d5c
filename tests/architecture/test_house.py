"""The house looks the same in every room: files, sizes, first sentences, nothing swallowed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.catalog import SERVICES

ROOTS = ("chassis", "contracts", "deploy", "services", "tests")
MODULES = ("api", "domain", "handlers", "models", "pages", "schemas", "settings", "store")
LONGEST = 300
#: Files that are longer, and why nobody would read them better in two.
LONGER: dict[str, str] = {}
#: Words of one machine that mean nothing on another.
OF_A_MACHINE = re.compile(r"(?<![\w.{/])/(home|root|Users|work)/\w|C:\\\\Users|/tmp/\w")


def sources(*roots: str) -> Iterator[Path]:
    for root in roots or ROOTS:
        for path in sorted(Path(root).rglob("*.py")):
            if "__pycache__" not in path.parts:
                yield path


FILES = [str(path) for path in sources()]


def exists(folder: Path, module: str) -> bool:
    return (folder / f"{module}.py").exists() or (folder / module / "__init__.py").exists()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_files(service: str) -> None:
    folder = Path("services", service)
    missing = [module for module in (*MODULES, "use_cases", "app") if not exists(folder, module)]
    others = ["README.md", "migrations/versions/0001_initial.py", "locale/en.po", "templates"]
    missing += [other for other in others if not (folder / other).exists()]
    assert missing == []


def test_there_are_no_services_that_nobody_catalogued() -> None:
    found = {path.parent.name for path in Path("services").glob("*/__init__.py")}
    assert found == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_canvas_says_what_a_service_owns_publishes_and_consumes(service: str) -> None:
    canvas = Path("services", service, "README.md").read_text(encoding="utf-8").lower()
    missing = [word for word in ("owns", "publishes", "consumes", "rules") if word not in canvas]
    assert missing == []


def test_no_file_is_too_long() -> None:
    long = {
        file: lines
        for file in FILES
        if (lines := len(Path(file).read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert set(long) - set(LONGER) == set(), long
    assert set(LONGER) - set(long) == set(), "no longer long"


def test_every_file_opens_with_what_it_is_for() -> None:
    silent = [
        file
        for file in FILES
        if (text := Path(file).read_text(encoding="utf-8")).strip()
        and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_nothing_is_caught_and_forgotten() -> None:
    """No bare `except:`, and no handler of everything that does nothing."""
    found = []
    for file in FILES:
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or ast.unparse(node.type) in {
                    "Exception",
                    "BaseException",
                }
                idle = all(isinstance(line, ast.Pass) for line in node.body)
                if node.type is None or (broad and idle):
                    found.append(f"{file}:{node.lineno}")
    assert found == []


def test_every_exemption_names_its_rule() -> None:
    blanket = re.compile(r"#\s*(type:\s*ignore(?!\[)|noqa(?!:))")
    found = [
        f"{file}:{number}"
        for file in FILES
        for number, line in enumerate(Path(file).read_text(encoding="utf-8").splitlines(), 1)
        if blanket.search(line) and "blanket" not in line
    ]
    assert found == []


def test_nothing_is_left_undone() -> None:
    """Assembled from halves, so that this file does not find itself."""
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "NotImplemented" + "Error")))
    found = [file for file in FILES if marks.search(Path(file).read_text(encoding="utf-8"))]
    assert found == []


def test_no_path_of_one_machine() -> None:
    others = [
        str(path)
        for pattern in ("*.md", "*.toml", "*.ini", "Makefile", "*.lock", ".ci/*", "docs/**/*.md")
        for path in Path().glob(pattern)
        if path.is_file()
    ]
    found = [
        f"{file}: {match.group()}"
        for file in (*FILES, *others)
        if (match := OF_A_MACHINE.search(Path(file).read_text(encoding="utf-8")))
        and file != "tests/architecture/test_house.py"
    ]
    assert found == []


def test_services_read_no_clock_in_rules_and_use_cases() -> None:
    """Time comes in as an argument, so that a test can choose it."""
    clock = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(")
    inner = [
        path
        for path in sources("services")
        if {"domain", "use_cases", "store"} & {*path.parts, path.stem}
    ]
    found = [str(path) for path in inner if clock.search(path.read_text(encoding="utf-8"))]
    assert found == []
