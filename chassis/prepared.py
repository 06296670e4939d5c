"""Statements of hot ways: built once, compiled once, and run as text with its arguments.

SQLAlchemy says what the text is and how values are converted; only its work around each run is
spared, which costs more than the run. See docs/adr/0010.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from chassis import driver
from chassis.database import INSERTS

Row = sa.Row[Any]
Processor = Callable[[Any], Any] | None
#: Gets the dialect's `insert`, with `on_conflict_do_update` and `on_conflict_do_nothing`.
Build = Callable[[Any], Any]


@dataclass(frozen=True)
class Answer:
    """The rows of a statement, and how many it changed."""

    rows: Sequence[Row]
    rowcount: int


@dataclass(frozen=True)
class Form:
    """A statement compiled for one dialect and one set of given values."""

    text: str
    #: Name, conversion, and the value where it stands in the statement itself.
    places: Sequence[tuple[str, Processor, Any]]
    given: frozenset[str]
    shape: SimpleResultMetaData | None
    conversions: Sequence[tuple[int, Callable[[Any], Any]]]
    #: Neither changes nor locks anything.
    reads: bool
    #: The table it writes to, and whether it only adds rows there.
    table: str | None
    adds: bool

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        found = []
        for name, convert, literal in self.places:
            value = values[name] if name in self.given else literal
            found.append(value if convert is None else convert(value))
        return found

    async def run(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Answer:
        arguments = self.arguments(values)
        if self.shape is None:
            return Answer((), await driver.change(connection, self.text, arguments))
        found = await driver.fetch(connection, self.text, arguments)
        if self.conversions:
            found = [_converted(record, self.conversions) for record in found]
        rows: Sequence[Any] = IteratorResult(self.shape, iter(found)).all()
        return Answer(rows, len(rows))


class Prepared:
    """One statement, or what builds it for a dialect; its values come by name with each run."""

    def __init__(self, statement: Any) -> None:
        self._build: Build = statement if callable(statement) else lambda _insert: statement
        self._forms: dict[tuple[str, ...], Form] = {}

    async def run(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Answer:
        """Values that the statement does not name are left out; a missing one raises."""
        return await self.form(connection.dialect, values).run(connection, values)

    async def run_many(
        self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Once for each row, all of which name the same values; without an answer."""
        if not rows:
            return
        form = self.form(connection.dialect, rows[0])
        await driver.change_many(connection, form.text, [form.arguments(row) for row in rows])

    def form(self, dialect: Dialect, values: Mapping[str, Any]) -> Form:
        """Compiled for these names of values."""
        key = (dialect.name, *values)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = _form(self._build, dialect, frozenset(values))
        return form


def upsert(table: sa.Table, key: str, *facts: str) -> Prepared:
    """Inserts a row; where its key is there, these columns (and the version) are newer."""

    def build(insert: Any) -> Any:
        row = insert(table)
        newer = {name: row.excluded[name] for name in facts}
        if "version" in table.c:
            newer["version"] = table.c.version + 1
        return row.on_conflict_do_update(index_elements=[key], set_=newer)

    return Prepared(build)


def once(table: sa.Table, *key: str) -> Prepared:
    """Inserts a row; one whose key is there already stays as it is."""
    return Prepared(lambda insert: insert(table).on_conflict_do_nothing(index_elements=key))


def counting(table: sa.Table, *key: str) -> Prepared:
    """Adds `last` to a counter, which is the first number where the counter is new, and returns it.

    Its row stays locked until the commit: no number is given twice.
    """

    def build(insert: Any) -> Any:
        row = insert(table)
        more = {"last": table.c.last + row.excluded.last}
        return row.on_conflict_do_update(index_elements=key, set_=more).returning(table.c.last)

    return Prepared(build)


def given(table: sa.Table, names: Iterable[str]) -> dict[str, Any]:
    """These columns of an update, each with the value that is given under its name."""
    return {name: sa.bindparam(name, type_=table.c[name].type) for name in names}


def among(column: Any, words: Iterable[str]) -> Any:
    """`column` is one of these words of ours, which stand in the text of the statement."""
    return column.in_([word_in_text(word) for word in sorted(words)])


def word_in_text(word: str) -> Any:
    """A word of ours as a literal: partial indexes do not match a bound value."""
    if not word.isidentifier():
        raise ValueError(f"not a plain word: {word}")
    return sa.literal_column(f"'{word}'")


def _converted(record: Any, conversions: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = list(record)
    for index, convert in conversions:
        values[index] = convert(values[index])
    return values


def _form(build: Build, dialect: Dialect, offered: frozenset[str]) -> Form:
    statement = build(INSERTS[dialect.name])
    # An insert without values of its own takes a value for every column that is offered.
    columns = sorted(offered & _columns(statement)) if isinstance(statement, sa.Insert) else None
    compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
    defaults = {column.key: _constant(column) for column in compiled.insert_prefetch}
    names = compiled.positiontup if compiled.positiontup is not None else list(compiled.binds)
    places = [
        _place(compiled.binds[name], name, dialect, offered | defaults.keys(), defaults.get(name))
        for name in names
    ]
    selected = list(getattr(statement, "exported_columns", ()))
    return Form(
        text=str(compiled),
        places=places,
        given=offered.intersection(names),
        shape=SimpleResultMetaData(list(statement.exported_columns.keys())) if selected else None,
        conversions=[
            (index, convert)
            for index, column in enumerate(selected)
            if (convert := _reader(column.type, dialect))
        ],
        reads=only_reads(statement),
        table=str(statement.table) if isinstance(statement, UpdateBase) else None,
        adds=isinstance(statement, sa.Insert) and "ON CONFLICT" not in str(compiled),
    )


def only_reads(statement: Any) -> bool:
    """True for a SELECT that locks nothing."""
    return isinstance(statement, sa.Select) and statement._for_update_arg is None


def _reader(type_: Any, dialect: Dialect) -> Processor:
    """How a value of the driver becomes one of ours; numbers are right as they come."""
    if isinstance(type_, sa.Numeric | sa.Float):
        return None
    convert: Processor = type_.dialect_impl(dialect).result_processor(dialect, None)
    return convert


def _columns(statement: Any) -> frozenset[str]:
    return frozenset(column.key for column in statement.table.c)


def _constant(column: sa.Column[Any]) -> Any:
    default = column.default
    if default is None or not default.is_scalar:
        raise TypeError(f"the default of '{column}' is not a constant: give a value")
    return default.arg  # type: ignore[attr-defined]


def _place(
    bind: Any, name: str, dialect: Dialect, known: frozenset[str], default: Any
) -> tuple[str, Processor, Any]:
    if name not in known and bind.required:
        raise TypeError(f"the value of '{name}' is missing")
    convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return name, convert, bind.effective_value if default is None else default
