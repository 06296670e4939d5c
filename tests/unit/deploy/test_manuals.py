"""What the manuals tell people to type, and where they send them, exists."""

import re
from argparse import _SubParsersAction
from pathlib import Path

import pytest

from deploy.__main__ import parser

ROOT = Path(__file__).parents[3]
MANUALS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("services/*/README.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


def commands() -> set[str]:
    (found,) = (a for a in parser()._actions if isinstance(a, _SubParsersAction))
    return set(found.choices)


def anchors(path: Path) -> set[str]:
    """The names that headings get on the hosting sites."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("manual", MANUALS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_targets_exist(manual: Path) -> None:
    text = manual.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"python -m deploy ([a-z]+)", text)) <= commands()
    spans = " ".join(re.findall(r"`([^`\n]+)`", text) + re.findall(r"^make .*$", text, re.M))
    assert set(re.findall(r"\bmake ([a-z]+)", spans)) <= targets


@pytest.mark.parametrize("manual", MANUALS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(manual: Path) -> None:
    for file, anchor in LINK.findall(manual.read_text(encoding="utf-8")):
        target = (manual.parent / file).resolve() if file else manual
        assert target.exists(), file
        assert not anchor or anchor in anchors(target), f"{file}#{anchor}"
