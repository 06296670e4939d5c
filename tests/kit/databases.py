"""Databases that exist for one test: made from a migrated template, removed afterwards."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg

from chassis.settings import Settings
from contracts.catalog import SERVICES
from deploy.process import prepare
from tests.kit.blocking import blocking


class Postgres:
    """Creates and drops databases on one server; `url` ends in `/`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, *statements: str) -> None:
        blocking(self.run_async(*statements))

    async def run_async(self, *statements: str) -> None:
        plain = self.url.replace("+asyncpg", "") + "postgres"
        connection = await asyncpg.connect(plain)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def postgres_template(url: str, folder: Path, *, demo: bool) -> Iterator[str]:
    """Five migrated databases; yields their name with `{service}` in it."""
    server, name = Postgres(url), f"alur_test_{uuid4().hex[:10]}_tpl_{{service}}"
    settings = Settings(
        mode="distributed", database_url=url + name, data_dir=folder, _env_file=None
    )
    try:
        blocking(prepare(settings, demo=demo))
        yield name
    finally:
        server.run(*(f"DROP DATABASE IF EXISTS {name.format(service=s)}" for s in SERVICES))


def sqlite_template(folder: Path, *, demo: bool) -> Path:
    """A data folder with five migrated files."""
    settings = Settings(mode="embedded", data_dir=folder, _env_file=None)
    blocking(prepare(settings, demo=demo))
    return folder


async def copy_postgres(url: str, template: str) -> str:
    """A fresh copy of the template; returns its address with `{service}` in it."""
    name = f"alur_test_{uuid4().hex[:10]}_{{service}}"
    await Postgres(url).run_async(
        *(
            f"CREATE DATABASE {name.format(service=s)} TEMPLATE {template.format(service=s)}"
            for s in SERVICES
        )
    )
    return url + name


async def drop_postgres(url: str, address: str) -> None:
    name = address.removeprefix(url)
    await Postgres(url).run_async(
        *(f"DROP DATABASE IF EXISTS {name.format(service=s)} WITH (FORCE)" for s in SERVICES)
    )


def copy_sqlite(template: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in template.iterdir():
        if file.name != "lock":
            shutil.copy(file, folder / file.name)
