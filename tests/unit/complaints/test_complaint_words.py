"""Every sentence of the complaints desk has its English."""

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import extract_from_ast

from chassis.web.pages import WEB
from chassis.web.texts import Texts

FOLDER = Path("services/complaints")
REFUSALS = {"Invalid", "Conflict", "NotFound", "IdentityRevealed", "require"}


def in_templates() -> Iterator[str]:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    for template in sorted((FOLDER / "templates").rglob("*.html")):
        for _, _, message in extract_from_ast(environment.parse(template.read_text("utf-8"))):
            yield str(message[0] if isinstance(message, tuple) else message)


def in_refusals() -> Iterator[str]:
    for file in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                if node.func.id in REFUSALS and texts:
                    yield str(texts[-1])


def test_every_sentence_has_its_english() -> None:
    texts = Texts((WEB, FOLDER))
    messages = {*in_templates(), *in_refusals()}
    assert len(messages) > 150
    assert [message for message in sorted(messages) if not texts.has("en", message)] == []
