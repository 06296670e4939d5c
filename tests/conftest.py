"""Fixtures: real servers for the session, a fresh centre for each test that asks for one."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from chassis.settings import Settings
from tests.kit.centre import Centre, run_centre
from tests.kit.databases import (
    copy_postgres,
    copy_sqlite,
    drop_postgres,
    postgres_template,
    sqlite_template,
)
from tests.kit.rabbit import remove_namespace
from tests.kit.servers import Servers, find_servers

MODES = ("embedded", "distributed")

# A busy machine is no reason to fail: what counts is what holds, not how soon.
hypothesis_settings.register_profile(
    "alur", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.load_profile("alur")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that uses `mode` (directly or through `centre`) runs in both modes."""
    if "mode" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("mode")
        metafunc.parametrize("mode", only.args if only else MODES)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with find_servers() as found:
        yield found


@pytest.fixture(scope="session")
def database_server(servers: Servers) -> str:
    """The address of PostgreSQL, ending in `/`."""
    return servers.database or _missing("PostgreSQL")


@pytest.fixture(scope="session")
def broker(servers: Servers) -> str:
    """The address of RabbitMQ."""
    return servers.amqp or _missing("RabbitMQ")


def _missing(what: str) -> str:
    message = f"NOT TESTED: no {what} can be had here, see tests/kit/servers.py"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was not tested is said last, where nobody overlooks it."""
    skipped = terminalreporter.stats.get("skipped", [])
    names = sorted({r.nodeid for r in skipped if "NOT TESTED" in str(r.longrepr)})
    if names:
        terminalreporter.section(f"{len(names)} tests were NOT RUN for want of a server")
        for name in names:
            terminalreporter.write_line(name)


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("template"), demo=True)


@pytest.fixture(scope="session")
def postgres_databases(
    database_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("template")
    with postgres_template(database_server, folder, demo=True) as name:
        yield name


@pytest.fixture
async def settings(
    mode: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Settings]:
    """Settings of a fresh centre with demo data, in the mode of the test."""
    if mode == "embedded":
        copy_sqlite(request.getfixturevalue("sqlite_files"), tmp_path)
        yield Settings(mode="embedded", data_dir=tmp_path, _env_file=None)
        return
    server, amqp = request.getfixturevalue("database_server"), request.getfixturevalue("broker")
    address = await copy_postgres(server, request.getfixturevalue("postgres_databases"))
    namespace = f"alur_test_{uuid4().hex[:10]}"
    try:
        yield Settings(
            mode="distributed",
            data_dir=tmp_path,
            database_url=address,
            database_pool=3,
            amqp_url=amqp,
            amqp_namespace=namespace,
            _env_file=None,
        )
    finally:
        await remove_namespace(amqp, namespace)
        await drop_postgres(server, address)


@pytest.fixture
async def centre(settings: Settings) -> AsyncIterator[Centre]:
    """A running centre of all five facilities, in both modes."""
    async with run_centre(settings) as running:
        yield running
