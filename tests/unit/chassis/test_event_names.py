"""Every event has a name in plain words, for the operations page and the notices."""

import pytest

from chassis.web.pages import Pages
from contracts.catalog import EVENTS

SOURCE = '{% from "event_names.html" import event_name %}{{ event_name(type) }}'


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_event_is_named(language: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("room")
    (folder / "templates").mkdir()
    (folder / "templates" / "it.html").write_text(SOURCE, encoding="utf-8")
    pages = Pages("lab", folder, {})
    named = {kind: pages.render("it.html", language, type=kind).strip() for kind in EVENTS}
    assert [kind for kind, name in named.items() if name in {kind, ""}] == []
    assert len(set(named.values())) == len(named)
