"""The AsyncAPI document is valid by its official parser and complete by the catalogue."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from contracts import generate
from contracts.catalog import CONSUMERS

PARSER = "@asyncapi/parser@3.6.3"
FOLDER = Path.home() / ".cache" / "alur-npm"
SCRIPT = """
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";
const text = readFileSync(process.argv[1], "utf8");
const { document, diagnostics } = await new Parser().parse(text);
const problems = diagnostics.filter((found) => found.severity <= 1);
console.log(JSON.stringify({
  valid: document !== undefined,
  problems: problems.map((found) => `${found.path.join(".")}: ${found.message}`),
}));
"""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(generate.ASYNCAPI.read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def parser() -> Path:
    """The folder with the parser, installed there once by npm."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        _untested("npm and node are not installed")
    if not (FOLDER / "node_modules" / "@asyncapi" / "parser").exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PARSER]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=300)
        if done.returncode:
            _untested(f"npm could not install {PARSER}: {done.stderr.strip()[-300:]}")
    return FOLDER


@pytest.mark.timeout(400)
def test_the_official_parser_finds_no_error_and_no_warning(parser: Path) -> None:
    command = ["node", "--input-type=module", "-e", SCRIPT, str(generate.ASYNCAPI)]
    done = subprocess.run(command, cwd=parser, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"valid": True, "problems": []}


def test_every_event_has_a_channel_with_its_routing_key(document: dict[str, Any]) -> None:
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert addresses == {f"{{facility}}.{event.type}" for event in CONSUMERS}


def test_operations_are_the_producer_and_every_consumer(document: dict[str, Any]) -> None:
    expected = {f"{e.producer()}_send_{e.type.replace('.', '_')}" for e in CONSUMERS} | {
        f"{service}_receive_{event.type.replace('.', '_')}"
        for event, services in CONSUMERS.items()
        for service in services
    }
    assert document["operations"].keys() == expected


def test_every_message_has_examples_and_its_privacy(document: dict[str, Any]) -> None:
    messages = document["components"]["messages"]
    for event in CONSUMERS:
        message = messages[event.__name__]
        assert message["examples"]
        assert f"privacy-{event.privacy.value}" in [tag["name"] for tag in message["tags"]]


def _untested(reason: str) -> None:
    sentence = f"NOT TESTED: the AsyncAPI document against its official parser: {reason}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)
