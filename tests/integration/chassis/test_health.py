"""Readiness: the probe of a service names what is missing, that of a process for each service."""

import pytest
import sqlalchemy as sa

from chassis.bus import InProcessBus
from contracts.catalog import SERVICES
from tests.kit.centre import Centre

WHOLE = {"database": True, "migrations": True, "broker": True, "consumer": True}


class Lost(InProcessBus):
    """A broker that nobody reaches."""

    async def healthy(self) -> bool:
        return False


class Deaf(InProcessBus):
    """A broker that has lost its consumers."""


async def test_all_is_ready_in_a_running_centre(centre: Centre) -> None:
    anyone = centre.stranger()
    assert await anyone.get("/readyz") == dict.fromkeys(SERVICES, WHOLE)
    assert await anyone.get("/lab/readyz") == WHOLE


async def test_a_service_without_its_broker_is_not_ready_and_says_so(centre: Centre) -> None:
    centre.house.service("lab").bus = Lost()
    anyone, missing = centre.stranger(), WHOLE | {"broker": False, "consumer": False}
    process, service = await anyone.send("GET", "/readyz"), await anyone.send("GET", "/lab/readyz")
    assert (service.status, service.body) == (503, missing)
    assert (process.status, process.body["lab"], process.body["clinical"]) == (503, missing, WHOLE)


async def test_a_service_that_takes_no_messages_says_so(centre: Centre) -> None:
    centre.house.service("lab").bus = Deaf()
    answer = await centre.stranger().send("GET", "/lab/readyz")
    assert (answer.status, answer.body) == (503, WHOLE | {"consumer": False})


async def test_a_process_that_only_serves_pages_needs_no_broker(centre: Centre) -> None:
    centre.house.service("lab").bus = None
    answer = await centre.stranger().send("GET", "/lab/readyz")
    assert (answer.status, answer.body) == (200, {"database": True, "migrations": True})


@pytest.mark.parametrize(
    ("change", "status"),
    [("DELETE FROM alembic_version", 503), ("UPDATE alembic_version SET version_num = 'x'", 200)],
    ids=["never migrated", "of a later release"],
)
async def test_a_database_without_what_this_version_needs_is_named(
    centre: Centre, change: str, status: int
) -> None:
    async with centre.house.service("registration").database.writing() as connection:
        await connection.execute(sa.text(change))
    answer = await centre.stranger().send("GET", "/registration/readyz")
    assert (answer.status, answer.body["migrations"]) == (status, status == 200)


async def test_counters_stand_at_zero_before_the_first_event(centre: Centre) -> None:
    shown = await centre.stranger().get("/lab/metrics")
    for series in (
        'alur_outbox_published_total{service="lab",type="lab.result.released.v1"}',
        'alur_outbox_publish_failures_total{service="lab"}',
        'alur_inbox_handled_total{service="lab",type="clinical.lab.requested.v1"}',
        'alur_inbox_parked_total{code="unexpected",service="lab"}',
        'alur_inbox_parked_total{code="behind",service="lab"}',
    ):
        assert series in shown
