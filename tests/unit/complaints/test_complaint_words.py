"""Sentences of the complaints desk that stand outside templates and problems have their English."""

import ast
from pathlib import Path

from chassis.web.pages import WEB
from chassis.web.texts import Texts
from contracts.facility import Facility

FOLDER = Path("services/complaints")
TEXTS = Texts((WEB, FOLDER))


def test_what_is_asked_for_with_require_has_its_english() -> None:
    asked = [
        node.args[2].value
        for file in sorted(FOLDER.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "require"
        and isinstance(node.args[2], ast.Constant)
    ]
    assert len(asked) > 10
    assert [sentence for sentence in asked if not TEXTS.has("en", str(sentence))] == []


def test_the_sentences_of_the_procedure_have_their_english(facility: Facility) -> None:
    sentences = facility.complaints.stages
    assert "".join(sentences) == "abcdefghi"
    assert [letter for letter, text in sentences.items() if not TEXTS.has("en", text)] == []
