"""Plain YAML that remembers the line of every key, and names what does not belong in it.

Plain: mappings, lists, texts, numbers, yes and no. No aliases (a value repeated by `*name` could
hold itself), no tags, no dates as objects: a date is text until its field says otherwise.
"""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

import yaml

_PLAIN: Final = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null")}


class Mistake(NamedTuple):
    line: int
    key: str
    sentence: str


@dataclass
class Document:
    """`lines`: the line of each key by its dotted path; `mistakes`: what could not be read."""

    content: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line(self, key: str) -> int:
        """The line of a key, or of the nearest key around it (a missing key has no line)."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return self.lines.get(key, 1)

    def wrong(self, line: int, key: str, sentence: str) -> None:
        self.mistakes.append(Mistake(line, key, sentence))


class _Loader(yaml.SafeLoader):
    """Leaves a date as it was written."""


_Loader.yaml_implicit_resolvers = {
    first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_document(raw: bytes) -> Document:
    """The content with its lines; what is wrong stands in `mistakes`, nothing is raised."""
    document, text = Document(), ""
    try:
        text = raw.decode("utf-8")
        loader, node = _compose(text)
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        document.wrong(line, "file", f"not UTF-8 text: {problem.reason}")
    except yaml.YAMLError as problem:
        document.wrong(_line_of(problem, text), "yaml", _sentence(problem))
    else:
        if isinstance(node, yaml.MappingNode):
            document.content = _mapping(loader, node, "", document)
        else:
            sentence = "empty" if node is None else "no mapping"
            document.wrong(1, "file", f"{sentence}; a profile is made of keys, such as `code:`")
    return document


def _compose(text: str) -> tuple[_Loader, yaml.Node | None]:
    for event in yaml.parse(text):
        if isinstance(event, yaml.AliasEvent):
            sentence = f"'*{event.anchor}' repeats another value; write that value out"
            mark = cast("yaml.Mark", event.start_mark)
            raise yaml.MarkedYAMLError(problem=sentence, problem_mark=mark)
    loader = _Loader(text)
    return loader, loader.get_single_node()


def _line_of(problem: yaml.YAMLError, text: str) -> int:
    if isinstance(problem, yaml.MarkedYAMLError) and problem.problem_mark:
        return problem.problem_mark.line + 1
    return text[: getattr(problem, "position", 0)].count("\n") + 1


def _sentence(problem: yaml.YAMLError) -> str:
    reason = getattr(problem, "problem", None) or getattr(problem, "reason", None)
    return str(reason or problem)


def _value(loader: _Loader, node: yaml.Node, path: str, document: Document) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, document)
    if isinstance(node, yaml.SequenceNode):
        items = []
        for number, item in enumerate(node.value):
            inner = _inner(path, str(number))
            document.lines[inner] = item.start_mark.line + 1
            items.append(_value(loader, item, inner, document))
        return items
    return _scalar(loader, node, path, document)


def _mapping(loader: _Loader, node: yaml.MappingNode, path: str, document: Document) -> Any:
    content: dict[str, Any] = {}
    for key, value in node.value:
        line, name = key.start_mark.line + 1, str(key.value)
        if not isinstance(key, yaml.ScalarNode):
            document.wrong(line, path or "file", "a key is one word, no list and no mapping")
            continue
        inner = _inner(path, name)
        if name in content:
            document.wrong(line, inner, "is given twice; the second would win")
        document.lines[inner] = line
        content[name] = _value(loader, value, inner, document)
    return content


def _scalar(loader: _Loader, node: yaml.Node, path: str, document: Document) -> Any:
    if node.tag not in _PLAIN:
        sentence = f"a profile holds plain values, no {node.tag.rpartition(':')[2]!r}"
        document.wrong(node.start_mark.line + 1, path, sentence)
        return None
    try:
        return loader.construct_object(node)
    except (ValueError, yaml.YAMLError):
        document.wrong(node.start_mark.line + 1, path, f"{node.value!r} cannot be read")
        return None


def _inner(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
