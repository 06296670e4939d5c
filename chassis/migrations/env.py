"""Alembic's environment, shared by all services: the connection comes from `chassis.migrate`."""

import importlib
import os

from alembic import context
from sqlalchemy import create_engine

from chassis import tables


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _run_on(connection)
        return
    # From the `alembic` command: ALUR_SERVICE names the service, the ini file its database.
    url = str(context.config.get_main_option("sqlalchemy.url"))
    with create_engine(url).begin() as own:
        _run_on(own)


def _run_on(connection: object) -> None:
    service = context.config.attributes.get("service") or os.environ.get("ALUR_SERVICE")
    target = [tables.metadata]
    if service:
        target.append(importlib.import_module(f"services.{service}.models").metadata)
    context.configure(connection=connection, target_metadata=target)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()


run()
