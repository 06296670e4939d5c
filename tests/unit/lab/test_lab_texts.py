"""Every word the laboratory's pages show has its English."""

from pathlib import Path

from jinja2.ext import babel_extract

from chassis.web.texts import Texts
from services import lab

FOLDER = Path(lab.__file__).parent
TEXTS = Texts((FOLDER,))


def test_every_text_of_the_templates_is_translated() -> None:
    said = set()
    for file in sorted((FOLDER / "templates").rglob("*.html")):
        with file.open("rb") as template:
            found = babel_extract(template, ("_",), (), {"extensions": "jinja2.ext.do"})
            said |= {message for _, _, message, _ in found if isinstance(message, str)}
    assert said
    assert {message for message in said if not TEXTS.has("en", message)} == set()
