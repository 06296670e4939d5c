"""Migrations: one Alembic history per service, run on PostgreSQL and SQLite alike."""

from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from chassis.database import BigSerial, Database, UtcDateTime, is_transient
from chassis.folders import private_file, private_folder

ENV = Path(__file__).parent / "migrations"


def config(service: str) -> Config:
    """Alembic's configuration for one service; `alembic.ini` names the same places by hand."""
    settings = Config()
    settings.set_main_option("script_location", str(ENV))
    versions = Path(__file__).parent.parent / "services" / service / "migrations" / "versions"
    settings.set_main_option("version_locations", str(versions))
    settings.set_main_option("path_separator", "os")
    return settings


async def upgrade(service: str, url: str) -> None:
    """Bring a database to the newest version; a PostgreSQL database is made where it is missing."""
    if url.startswith("postgresql"):
        await _create_database(url)
    else:
        file = Path(str(make_url(url).database))
        private_folder(file.parent)
        private_file(file)
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, service)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, service: str) -> None:
    if connection.dialect.name == "postgresql":
        # Several processes may start at once: the second waits and finds the work done.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x4D1647)))
    settings = config(service)
    if current(connection) == head(settings):
        return
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


async def is_current(service: str, database: Database) -> bool:
    """True when a database has what this version needs.

    One that is newer has it too: migrations only add while an older version may still run.
    """
    async with database.reading() as connection:
        try:
            found = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        except sa.exc.DBAPIError as error:
            if is_transient(error):
                raise
            return False
    return found is not None and found not in _older(service)


@cache
def _older(service: str) -> frozenset[str]:
    """The versions before the newest one known here."""
    settings = config(service)
    known = {each.revision for each in ScriptDirectory.from_config(settings).walk_revisions()}
    return frozenset(known - {head(settings)})


def current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def head(settings: Config) -> str | None:
    return ScriptDirectory.from_config(settings).get_current_head()


async def _create_database(url: str) -> None:
    """Create the database of `url` unless it is there; harmless when two processes try at once."""
    address = make_url(url)
    engine = create_async_engine(
        address.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    name = str(address.database)
    try:
        async with engine.connect() as connection:
            exists = sa.text("SELECT 1 FROM pg_database WHERE datname = :name")
            if not await connection.scalar(exists, {"name": name}):
                quoted = connection.dialect.identifier_preparer.quote(name)
                await connection.execute(sa.text(f"CREATE DATABASE {quoted}"))
    except sa.exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) not in {"42P04", "23505", "42501"}:
            raise
    finally:
        await engine.dispose()


def create_plumbing(op: Any) -> None:
    """The chassis tables in their first version; frozen, like every migration that has run."""
    op.create_table(
        "outbox",
        Column("seq", BigSerial, primary_key=True, autoincrement=True),
        Column("event_id", Uuid, nullable=False),
        Column("type", String(80), nullable=False),
        Column("facility", String(40), nullable=False),
        Column("partitionkey", String(120), nullable=False),
        Column("sequence", BigSerial, nullable=False),
        Column("correlationid", String(120), nullable=False),
        Column("causationid", String(120)),
        Column("traceparent", String(55)),
        Column("actor", String(160), nullable=False),
        Column("data", Text, nullable=False),
        Column("recorded_at", UtcDateTime, nullable=False),
        Column("published_at", UtcDateTime),
        UniqueConstraint("event_id", name="uq_outbox_event_id"),
    )
    _partial_index(op, "ix_outbox_waiting", "outbox", "seq", "published_at IS NULL")
    op.create_table(
        "stream",
        Column("partitionkey", String(120), primary_key=True),
        Column("last_sequence", BigSerial, nullable=False),
    )
    op.create_table(
        "inbox",
        Column("position", BigSerial, primary_key=True, autoincrement=True),
        Column("event_id", Uuid, nullable=False),
        Column("type", String(80), nullable=False),
        Column("source", String(40), nullable=False),
        Column("partitionkey", String(120), nullable=False),
        Column("sequence", BigSerial, nullable=False),
        Column("recorded_at", UtcDateTime, nullable=False),
        Column("handled_at", UtcDateTime, nullable=False),
        UniqueConstraint("event_id", name="uq_inbox_event_id"),
    )
    op.create_table(
        "parked",
        Column("position", BigSerial, primary_key=True, autoincrement=True),
        Column("event_id", Uuid, nullable=False),
        Column("type", String(80), nullable=False),
        Column("facility", String(40), nullable=False),
        Column("source", String(40), nullable=False),
        Column("partitionkey", String(120), nullable=False),
        Column("sequence", BigSerial, nullable=False),
        Column("body", Text, nullable=False),
        Column("code", String(60), nullable=False),
        Column("cause", Text, nullable=False),
        Column("state", String(12), nullable=False, server_default=text("'parked'")),
        Column("parked_at", UtcDateTime, nullable=False),
        Column("resolved_at", UtcDateTime),
        Column("resolved_by", String(160)),
        Column("reason", Text),
        UniqueConstraint("event_id", name="uq_parked_event_id"),
    )
    _partial_index(op, "ix_parked_waiting", "parked", "partitionkey", "state = 'parked'")
    _create_audit(op)
    op.create_table(
        "idempotency",
        Column("actor", String(80), primary_key=True),
        Column("key", String(80), primary_key=True),
        Column("digest", String(64), nullable=False),
        Column("status", Integer, nullable=False),
        Column("answer", Text, nullable=False),
        Column("created_at", UtcDateTime, nullable=False),
    )


def _create_audit(op: Any) -> None:
    op.create_table(
        "audit",
        Column("id", BigSerial, primary_key=True, autoincrement=True),
        Column("at", UtcDateTime, nullable=False),
        Column("facility", String(40), nullable=False),
        Column("actor", String(160), nullable=False),
        Column("action", String(60), nullable=False),
        Column("subject", String(120), nullable=False),
        Column("visit_id", Uuid),
        Column("detail", Text, nullable=False),
        Column("position", BigSerial),
        Column("hash", String(64)),
        UniqueConstraint("position", name="uq_audit_position"),
    )
    _partial_index(op, "ix_audit_unsealed", "audit", "id", "position IS NULL")


def _partial_index(op: Any, name: str, table: str, column: str, where: str) -> None:
    condition = text(where)
    op.create_index(name, table, [column], postgresql_where=condition, sqlite_where=condition)
