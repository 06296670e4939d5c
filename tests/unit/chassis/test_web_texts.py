"""Every text people read is found in English too, read straight from the .po files."""

from pathlib import Path

import pytest

from chassis.web import words
from chassis.web.texts import Texts

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


def folder(path: Path, entries: str) -> Path:
    (path / "locale").mkdir(parents=True)
    (path / "locale" / "en.po").write_text(HEAD + entries, encoding="utf-8")
    return path


@pytest.mark.parametrize("owner", words.owners())
def test_every_text_has_english(owner: str) -> None:
    lacking = {f"{word.place}: {word.message}" for word in words.missing(owner)}
    assert not lacking, "\n".join(sorted(lacking))


def test_indonesian_is_the_message_itself_and_english_its_translation(tmp_path: Path) -> None:
    texts = Texts((folder(tmp_path, 'msgid "Halo %(name)s"\nmsgstr "Hello %(name)s"\n'),))
    assert texts.gettext("id", "Halo %(name)s", name="Sari") == "Halo Sari"
    assert texts.gettext("en", "Halo %(name)s", name="Sari") == "Hello Sari"


def test_a_text_without_english_stays_indonesian(tmp_path: Path) -> None:
    texts = Texts((folder(tmp_path, 'msgid "Halo"\nmsgstr ""\n'),))
    assert texts.gettext("en", "Halo") == "Halo"
    assert not texts.has("en", "Halo")


def test_a_service_may_say_a_shared_word_its_own_way(tmp_path: Path) -> None:
    shared = folder(tmp_path / "shared", 'msgid "Selesai"\nmsgstr "Done"\n')
    own = folder(tmp_path / "own", 'msgid "Selesai"\nmsgstr "Dispensed"\n')
    assert Texts((shared, own)).gettext("en", "Selesai") == "Dispensed"


def test_an_unknown_language_gets_indonesian(tmp_path: Path) -> None:
    texts = Texts((tmp_path,))
    assert [texts.language(wanted) for wanted in ("en", "fr", None)] == ["en", "id", "id"]


def test_counted_texts_choose_their_form(tmp_path: Path) -> None:
    entry = 'msgid "pasien"\nmsgid_plural "pasien"\nmsgstr[0] "patient"\nmsgstr[1] "patients"\n'
    texts = Texts((folder(tmp_path, entry),))
    assert [texts.ngettext("en", "pasien", "pasien", n) for n in (1, 2)] == ["patient", "patients"]


def test_words_are_found_in_templates_and_problems(tmp_path: Path) -> None:
    (tmp_path / "chassis").mkdir()
    service = folder(tmp_path / "services" / "lab", "")
    (service / "templates").mkdir()
    (service / "templates" / "x.html").write_text(
        '{{ _("Satu") }}{% trans %}\n Dua\n{% endtrans %}'
    )
    (service / "domain.py").write_text(
        "class Mine(Conflict): ...\nclass Conflict(Problem): ...\n"
        "THREE = 'Tiga'\n"
        "def f(x): raise errors.Mine('Empat' if x else THREE, field='x')\n"
        "def g(): raise Other('not a problem')\n"
    )
    (service / "schemas.py").write_text("def check(v): raise ValueError('Lima')\n")
    found = {word.message for word in words.missing("services/lab", tmp_path)}
    assert found == {"Satu", "Dua", "Tiga", "Empat", "Lima"}
