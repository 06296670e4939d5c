"""Plain YAML with the line of every key; whatever is not plain is named, and nothing is raised."""

import pytest

from chassis.lined_yaml import read_document


def test_every_key_has_its_line() -> None:
    document = read_document(b"a:\n  b: 1\n  c:\n    - d: x\n    - {d: y}\n")
    assert document.content == {"a": {"b": 1, "c": [{"d": "x"}, {"d": "y"}]}}
    assert {key: document.line(key) for key in ("a", "a.b", "a.c.0.d", "a.c.1")} == {
        "a": 1,
        "a.b": 2,
        "a.c.0.d": 4,
        "a.c.1": 5,
    }
    assert document.line("a.c.1.missing") == 5
    assert document.line("nowhere") == 1


def test_a_date_is_the_text_that_was_written() -> None:
    assert read_document(b"issued: 2024-13-01\n").content == {"issued": "2024-13-01"}


@pytest.mark.parametrize(
    ("raw", "line", "key", "sentence"),
    [
        (b"", 1, "file", "empty; a profile is made of keys"),
        (b"# nothing yet\n", 1, "file", "empty; a profile is made of keys"),
        (b"- a\n- b\n", 1, "file", "no mapping; a profile is made of keys"),
        (b"words\n", 1, "file", "no mapping; a profile is made of keys"),
        (b"a: 1\nb: caf\xe9\n", 2, "file", "not UTF-8 text"),
        (b"a: 1\nb: \x00\n", 2, "yaml", "special characters are not allowed"),
        (b"a: 1\nb: [1\n", 3, "yaml", "expected ',' or ']'"),
        (b"a: 1\n---\nb: 2\n", 2, "yaml", "but found another document"),
        (b"a:\n  b: 1\n  c: 2\n  b: 3\n", 4, "a.b", "is given twice; the second would win"),
        (b"a: 1\nb: &x\n  - *x\n", 3, "yaml", "'*x' repeats another value"),
        (b"a: &x {b: 1}\nc:\n  <<: *x\n", 3, "yaml", "'*x' repeats another value"),
        (b"a: *nobody\n", 1, "yaml", "'*nobody' repeats another value"),
        (b"a: 1\nb: !!binary aGVsbG8=\n", 2, "b", "a profile holds plain values, no 'binary'"),
        (b"a: !!timestamp 2024-13-01\n", 1, "a", "a profile holds plain values, no 'timestamp'"),
        (b"a: 1\nb: !!int many\n", 2, "b", "'many' cannot be read"),
        (b"a: 1\n? [b, c]\n: 2\n", 2, "file", "a key is one word"),
    ],
)
def test_what_is_not_plain_is_named_with_its_line(
    raw: bytes, line: int, key: str, sentence: str
) -> None:
    (mistake,) = read_document(raw).mistakes
    assert (mistake.line, mistake.key) == (line, key)
    assert mistake.sentence.startswith(sentence)
