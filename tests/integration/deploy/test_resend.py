"""What the broker has lost, or a restored database never saw, is sent again from the outbox."""

from typing import Any
from uuid import UUID, uuid4

import aio_pika
import pytest
import sqlalchemy as sa

from chassis.settings import Settings
from chassis.tables import audit, inbox, outbox
from deploy.__main__ import main
from deploy.check import prove
from deploy.resend import UnknownEvent, lost, resend
from services.clinical.models import worklist_entry
from services.lab.models import patient
from tests.integration.deploy.damaged import Damaged
from tests.integration.deploy.plants.base import routed
from tests.kit import Centre, eventually
from tests.kit.centre import run_centre

PERSON = {
    "full_name": "Siti Aminah",
    "birth_date": "2025-09-14",
    "sex": "F",
    "nik_absent_reason": "Belum punya NIK",
}


async def register(centre: Centre) -> UUID:
    clerk = await centre.client("clerk")
    return UUID((await clerk.post("/registration/api/patients", PERSON))["id"])


async def lose_what_the_laboratory_should_get(settings: Settings) -> UUID:
    """A patient of whom the laboratory has never heard, though the event has left."""
    if settings.mode == "distributed":
        return await _broker_loses_its_disk(settings)
    return await _laboratory_is_restored_from_an_older_copy(settings)


async def _broker_loses_its_disk(settings: Settings) -> UUID:
    async with run_centre(settings, ("registration",)) as centre:
        patient_id = await register(centre)
        waiting = sa.select(sa.func.count()).where(outbox.c.published_at.is_(None))

        async def all_have_left() -> bool:
            (count,) = await Damaged(settings).one("registration", waiting)
            return bool(count == 0)

        await eventually(all_have_left)
    async with await aio_pika.connect(settings.amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(f"{settings.amqp_namespace}.lab.events")
        await queue.purge()
    return patient_id


async def _laboratory_is_restored_from_an_older_copy(settings: Settings) -> UUID:
    async with run_centre(settings) as centre:
        patient_id = await register(centre)
        await eventually(lambda: knows(settings, patient_id))
    older = (sa.delete(patient).where(patient.c.id == patient_id), _forget(patient_id))
    await Damaged(settings).run("lab", *older)
    return patient_id


def _forget(key: UUID) -> sa.Delete:
    return sa.delete(inbox).where(inbox.c.partitionkey == str(key))


async def knows(settings: Settings, patient_id: UUID) -> bool:
    there = sa.select(patient.c.id).where(patient.c.id == patient_id)
    return bool(await Damaged(settings).rows("lab", there))


async def test_what_is_lost_is_found_sent_again_and_handled(settings: Settings) -> None:
    patient_id = await lose_what_the_laboratory_should_get(settings)

    async with run_centre(settings):
        ids = await lost(settings, settle=1.0)
        again = {each.row.partitionkey: each for each in await resend(settings, ids)}
        await eventually(lambda: knows(settings, patient_id))
        report = await prove(settings, settle=10.0)

    assert again[str(patient_id)].standing["lab"] == "new"
    assert report.violations == []
    assert report.late == []


async def test_sending_again_stands_in_the_audit_log(damaged: Damaged) -> None:
    event = await damaged.one("lab", sa.select(outbox))
    damaged.touched.add("lab")

    (again,) = await resend(damaged.settings, [event.event_id])

    assert again.standing == {"clinical": "known, dropped"}

    said = sa.select(audit.c.subject).where(audit.c.action == "message.resent")
    (row,) = await damaged.rows("lab", said)
    assert row.subject == str(event.event_id)


@pytest.mark.mode("embedded")
async def test_what_comes_after_later_ones_moves_nobody_and_is_listed(damaged: Damaged) -> None:
    message = await routed(damaged)
    await damaged.unhandle("clinical", message.event_id)
    before = await place_of(damaged, message.partitionkey)

    (again,) = await resend(damaged.settings, [message.event_id])
    async with run_centre(damaged.settings):
        await eventually(lambda: is_handled(damaged, message.event_id))
        report = await prove(damaged.settings, settle=10.0)

    assert "late, number" in again.standing["clinical"]
    assert await place_of(damaged, message.partitionkey) == before
    assert report.violations == []
    assert [late.event_id for late in report.late] == [str(message.event_id)]


async def place_of(centre: Damaged, visit_id: str) -> Any:
    mine = worklist_entry.c.id == UUID(visit_id)
    entry = await centre.one("clinical", sa.select(worklist_entry).where(mine))
    return entry.unit, entry.route_seq, entry.state


async def is_handled(centre: Damaged, event_id: UUID) -> bool:
    there = sa.select(inbox.c.position).where(inbox.c.event_id == event_id)
    return bool(await centre.rows("clinical", there))


@pytest.mark.mode("embedded")
async def test_an_unknown_id_is_said_and_nothing_is_sent(damaged: Damaged) -> None:
    event = await damaged.one("lab", sa.select(outbox))
    unknown = uuid4()

    with pytest.raises(UnknownEvent, match=str(unknown)):
        await resend(damaged.settings, [event.event_id, unknown])

    waiting = sa.select(outbox.c.seq).where(outbox.c.published_at.is_(None))
    assert await damaged.rows("lab", waiting) == []


@pytest.mark.mode("embedded")
def test_a_command_without_databases_ends_with_2(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALUR_DATA_DIR", str(tmp_path))

    assert main(["resend", "--mode", "embedded", "--lost"]) == 2
    assert "no database" in capsys.readouterr().err
