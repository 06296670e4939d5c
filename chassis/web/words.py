"""Finds every text meant for people and lists those without English: `python -m chassis.web.words`.

Texts are `_()` and `{% trans %}` in templates, the message of every Problem raised, and what Python
gives to `gettext`, `say` or `words`.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import normalize

from chassis.web.texts import Texts

ROOT: Final = Path(__file__).parents[2]
WEB: Final = Path(__file__).parent
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "say": None,
    "words": None,
}
TEMPLATES: Final = {
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
    "extensions": "jinja2.ext.do",
}


HEADER: Final = """msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


class Word(NamedTuple):
    """One text, its context (pgettext) and where it stands."""

    message: str
    context: str
    place: str


def owners(root: Path = ROOT) -> dict[str, tuple[Path, ...]]:
    """What has a locale of its own -> the folders its texts stand in; services also see chassis."""
    found: dict[str, tuple[Path, ...]] = {"chassis/web": (root / "chassis",)}
    for path in sorted((root / "services").glob("*/locale")):
        found[str(path.parent.relative_to(root))] = (path.parent,)
    return found


def words(folders: tuple[Path, ...], problems: frozenset[str], root: Path = ROOT) -> list[Word]:
    found = [word for folder in folders for word in _template_words(folder, root)]
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            found += _python_words(file, problems, str(file.relative_to(root)))
    return found


def missing(owner: str, root: Path = ROOT) -> list[Word]:
    """The texts of an owner that have no English."""
    texts = Texts((WEB, root / owner))
    every = words(owners(root)[owner], problem_classes(root), root)
    return [word for word in every if not texts.has("en", word.message, word.context)]


def problem_classes(root: Path = ROOT) -> frozenset[str]:
    """Names of all classes derived from chassis.errors.Problem."""
    bases: dict[str, set[str]] = {}
    for folder in ("chassis", "services"):
        for file in (root / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    bases.setdefault(node.name, set()).update(map(_last_name, node.bases))
    known = {"Problem"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return frozenset(known)


def _template_words(folder: Path, root: Path) -> Iterator[Word]:
    extracted = extract_from_dir(
        folder,
        method_map=[("**.html", "jinja2")],
        options_map={"**.html": TEMPLATES},
        keywords=KEYWORDS,
    )
    for name, line, message, _, context in extracted:
        first = message if isinstance(message, str) else message[0]
        yield Word(first, context or "", f"{(folder / name).relative_to(root)}:{line}")


def _python_words(file: Path, problems: frozenset[str], place: str) -> Iterator[Word]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    # What a validator of a form or request raises is shown beside the field.
    speakers = problems | {"say"} | ({"ValueError"} if "schemas" in place else set())
    named = _assigned(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _last_name(node.func) in speakers:
            for text in _literals(node.args[0], named):
                yield Word(text, "", f"{place}:{node.lineno}")


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """Every value given to a plain name, anywhere in the file."""
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                named.setdefault(_last_name(target), []).append(node.value)
    return named


def _literals(node: ast.expr, named: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The texts an expression may give: a literal, a named one, either arm of an `if`, a lookup."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name):
        for value in named.get(node.id, ()):
            yield from _literals(value, {})
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body, named)
        yield from _literals(node.orelse, named)
    elif isinstance(node, ast.Call | ast.Subscript):
        yield from _looked_up(node, named)


def _looked_up(node: ast.Call | ast.Subscript, named: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The values of a table of texts in `TABLE[code]` and `TABLE.get(code, other)`."""
    table = node.value if isinstance(node, ast.Subscript) else node.func
    if isinstance(table, ast.Attribute) and table.attr == "get":
        table = table.value
    for value in named.get(_last_name(table), ()):
        if isinstance(value, ast.Dict):
            for text in value.values:
                yield from _literals(text, {})
    for other in node.args[1:] if isinstance(node, ast.Call) else ():
        yield from _literals(other, named)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def main(arguments: list[str]) -> int:
    """Prints what has no English. `--write services/lab` adds it, still empty, to that .po file."""
    writing = arguments[1:] if arguments[:1] == ["--write"] else []
    lacking = {owner: missing(owner) for owner in owners()}
    for owner, found in lacking.items():
        for word in found:
            sys.stdout.write(f"{owner}: {word.place}: {word.message!r}\n")
        if owner in writing:
            _add(ROOT / owner / "locale" / "en.po", found)
    return 1 if any(lacking.values()) else 0


def _add(file: Path, found: list[Word]) -> None:
    blocks = [] if file.exists() else [HEADER]
    for context, message in dict.fromkeys((word.context, word.message) for word in found):
        above = f"msgctxt {normalize(context)}\n" if context else ""
        blocks.append(f'{above}msgid {normalize(message)}\nmsgstr ""\n')
    with file.open("a", encoding="utf-8") as lines:
        lines.write("\n" + "\n".join(blocks))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
