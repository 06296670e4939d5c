"""Every room says in plain words what it could not take in, until somebody has decided."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from chassis.settings import Settings
from chassis.web.pages import Pages
from contracts.catalog import SERVICES, handled_by
from contracts.clinical import LabRequestedV1
from contracts.envelope import Envelope
from contracts.values import LabPriority, RequestedTest
from tests.integration.test_live import open_page
from tests.kit.centre import Centre, Client, run_centre

ROOMS = {
    "registration": ("clerk", "/registration/desk"),
    "clinical": ("midwife", "/clinical/units/anak"),
    "lab": ("analyst", "/lab/"),
    "pharmacy": ("pharmacist", "/pharmacy/"),
    "complaints": ("complaints_officer", "/complaints/"),
}
PART = "/parts/parked"
SECRET = "Curiga malaria"


def bodies(order: UUID, number: int = 1, facility: str = "dharma_rini") -> list[bytes]:
    """Requests for one order from a unit that does not exist: none can be handled."""
    event = LabRequestedV1(
        order_id=order,
        visit_id=uuid4(),
        patient_id=uuid4(),
        origin_unit="nowhere",
        tests=(RequestedTest(loinc="718-7"),),
        priority=LabPriority.ROUTINE,
        requested_at=datetime.now(UTC),
        clinical_note=SECRET,
    )
    sequence = count(1)
    return [
        Envelope(
            id=uuid4(),
            type=event.type,
            source="/alur/clinical",
            subject=event.partitionkey,
            time=datetime.now(UTC),
            dataschema=f"https://alur.id/schemas/{event.type}.json",
            facility=facility,
            sequence=next(sequence),
            partitionkey=event.partitionkey,
            correlationid=event.partitionkey,
            actor="dr.sari;doctor;anak",
            privacy=event.privacy,
            data=event.model_dump(mode="json"),
        )
        .model_dump_json()
        .encode()
        for _ in range(number)
    ]


async def receive(centre: Centre, messages: Sequence[bytes]) -> None:
    await centre.house.service("lab").require_inbox().receive(messages)


async def notice(client: Client, language: str = "id") -> str:
    page = await client.get(f"/lab{PART}", headers={"Cookie": f"alur_language={language}"})
    return " ".join(str(page).split())


async def first_parked(centre: Centre) -> str:
    admin = await centre.client("admin")
    return str((await admin.get("/lab/api/operations"))["messages"][0]["event_id"])


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.mode("embedded")
async def test_every_room_follows_its_notice(service: str, centre: Centre) -> None:
    role, path = ROOMS[service]
    person = await centre.client(role)
    page = str(await person.get(path))
    assert f'data-live="/{service}{PART}" data-topics="parked"' in page
    assert str(await person.get(f"/{service}{PART}")).strip() == ""


async def test_an_illegal_event_is_told_in_the_room_until_it_is_discarded(centre: Centre) -> None:
    analyst, admin = await centre.client("analyst"), await centre.client("admin")
    order = uuid4()
    await receive(centre, bodies(order, 3))
    shown = await notice(analyst)
    assert "3 pesan dari ruang lain belum dapat diterima di sini" in shown
    assert "1 × Pemeriksaan lab diminta, sejak" in shown
    assert "isinya tidak dapat dipakai" in shown
    assert "2 pesan menunggu di belakangnya" in shown
    assert not [word for word in (SECRET, str(order), "nowhere", "operations") if word in shown]
    assert "Hubungi admin" in shown
    assert 'href="/lab/operations"' in await notice(admin)

    english = await notice(analyst, "en")
    assert "3 messages from other rooms could not be taken in here" in english
    assert "1 × Lab test requested, since" in english
    assert "its content cannot be used" in english

    reason = {"reason": "Unit sudah tidak ada"}
    for _ in range(3):
        event_id = await first_parked(centre)
        await admin.send("POST", f"/lab/api/operations/parked/{event_id}/discard", reason)
    assert (await notice(analyst)).strip() == ""


async def test_open_pages_are_told_when_a_message_is_parked_and_when_it_is_gone(
    centre: Centre,
) -> None:
    analyst, admin = await centre.client("analyst"), await centre.client("admin")
    order = uuid4()
    async with open_page(analyst, "/lab/live") as page:
        first, second = bodies(order, 2)
        await receive(centre, [first])
        await page.told("parked")
        await receive(centre, [second])  # waits behind the first one
        await page.told("parked")
        path = f"/lab/api/operations/parked/{await first_parked(centre)}/discard"
        await admin.send("POST", path, {"reason": "Unit sudah tidak ada"})
        await page.told("parked")


async def test_a_process_with_pages_only_notices_what_a_worker_parked(settings: Settings) -> None:
    async with (
        run_centre(settings) as centre,
        run_centre(settings, ["lab"], "api") as pages,
    ):
        signed_in = await centre.client("analyst")
        analyst = Client(pages.session, pages.address, signed_in.headers)
        async with open_page(analyst, "/lab/live") as page:
            await receive(centre, bodies(uuid4()))
            await page.told("*")
        assert "1 pesan dari ruang lain" in await notice(analyst)


async def test_another_centre_is_told_nothing_of_it(centre: Centre) -> None:
    await receive(centre, bodies(uuid4(), facility="tarik2"))
    assert (await notice(await centre.client("analyst"))).strip() == ""


async def test_the_notice_costs_one_statement(centre: Centre) -> None:
    analyst = await centre.client("analyst")
    database = centre.house.service("lab").database
    asked: list[str] = []

    def heard(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.extend([statement] if "GROUP BY parked" in statement else [])

    engine = (database.reader if database.is_sqlite else database.writer).sync_engine
    sa.event.listen(engine, "before_cursor_execute", heard)
    try:
        await notice(analyst)
        await analyst.get("/lab/api/orders")
    finally:
        sa.event.remove(engine, "before_cursor_execute", heard)
    assert len(asked) == 1


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_event_that_a_room_takes_in_has_words(language: str, tmp_path: Path) -> None:
    at = datetime.now(UTC)
    pages = Pages("lab", tmp_path, {})
    for type_ in sorted({type_ for service in SERVICES for type_ in handled_by(service)}):
        row = SimpleNamespace(type=type_, code="invalid", number=1, since=at)
        html = pages.render(
            "parts/parked.html", language, held=[row], behind=0, may_decide=False, at=at
        )
        assert type_ not in html
