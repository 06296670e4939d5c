"""Migrations build exactly what the models say, on both databases, and once only."""

import importlib
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.migrate import config, head, upgrade
from chassis.settings import Settings
from chassis.tables import metadata as plumbing
from contracts.catalog import SERVICES


def expected(service: str) -> sa.MetaData:
    """The tables of the chassis and of the service in one picture."""
    models = importlib.import_module(f"services.{service}.models")
    whole = sa.MetaData(naming_convention=plumbing.naming_convention)
    for part in (plumbing, models.metadata):
        for table in part.tables.values():
            table.to_metadata(whole)
    return whole


async def inspected(url: str, look: Any) -> Any:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


@pytest.mark.parametrize("service", SERVICES)
async def test_the_migrated_database_is_what_the_models_say(
    settings: Settings, service: str
) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False}
        )
        return list(compare_metadata(context, expected(service)))

    assert await inspected(settings.database(service), differences) == []


@pytest.mark.parametrize("service", SERVICES)
async def test_partial_indexes_and_checks_are_there_too(settings: Settings, service: str) -> None:
    """What Alembic does not compare: conditions of indexes, checks, defaults of the database."""

    def look(connection: Connection) -> dict[str, Any]:
        found = sa.inspect(connection)
        return {
            table: {
                "partial": {
                    index["name"]
                    for index in found.get_indexes(table)
                    if any("where" in key for key in index.get("dialect_options", {}))
                },
                "checks": {check["name"] for check in found.get_check_constraints(table)},
            }
            for table in found.get_table_names()
        }

    there = await inspected(settings.database(service), look)
    for table in expected(service).tables.values():
        partial = {
            index.name
            for index in table.indexes
            if index.dialect_options["postgresql"]["where"] is not None
        }
        checks = {
            str(check.name)
            for check in table.constraints
            if isinstance(check, sa.CheckConstraint) and check.name
        }
        assert there[table.name]["partial"] == partial, table.name
        assert checks <= there[table.name]["checks"], table.name


@pytest.mark.parametrize("service", SERVICES)
async def test_migrating_a_migrated_database_changes_nothing(
    settings: Settings, service: str
) -> None:
    await upgrade(service, settings.database(service))

    def version(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    assert await inspected(settings.database(service), version) == head(config(service))
