"""Words in the reader's language: Indonesian stands in the code, English in .po files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from contracts.bilingual import Bilingual

#: The first is the language the messages are written in, and what an unknown language gets.
LANGUAGES: Final = ("id", "en")


class Texts:
    """The translations of several folders, each with `locale/<language>.po`; a later folder wins.

    The .po files are read once, at start: nothing has to be compiled, nothing can be out of date.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._words: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {
            language: {} for language in LANGUAGES
        }
        for folder in folders:
            for language in LANGUAGES[1:]:
                self._words[language] |= _read(folder / "locale" / f"{language}.po", language)

    def language(self, wanted: str | None) -> str:
        """A language there is; Indonesian where `wanted` is unknown."""
        return wanted if wanted in self._words else LANGUAGES[0]

    def has(self, language: str, message: str, context: str = "") -> bool:
        return (context, message) in self._words[language]

    def gettext(self, language: str, message: str, **params: object) -> str:
        """`message` in `language`, with its `%(name)s` places filled where params are given."""
        text = self.pgettext(language, "", message)
        return text % {name: said(language, v) for name, v in params.items()} if params else text

    def pgettext(self, language: str, context: str, message: str) -> str:
        found = self._words.get(language, {}).get((context, message))
        return found[0] if found else message

    def ngettext(self, language: str, singular: str, plural: str, number: int) -> str:
        forms = self._words.get(language, {}).get(("", singular), (singular, plural))
        return forms[0 if number == 1 else -1]


def said(language: str, value: object) -> object:
    """Data that knows its English in the reader's language; anything else as it is."""
    return value.said(language) if isinstance(value, Bilingual) else value


def _read(file: Path, language: str) -> dict[tuple[str, str], tuple[str, ...]]:
    if not file.exists():
        return {}
    with file.open("rb") as lines:
        return _pairs(read_po(lines, locale=language))


def _pairs(catalog: Catalog) -> dict[tuple[str, str], tuple[str, ...]]:
    words = {}
    for message in catalog:
        if not message.id or message.fuzzy:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        text = message.string or ""
        forms = (text,) if isinstance(text, str) else tuple(text)
        if forms and all(forms):
            words[(message.context or "", key)] = forms
    return words
