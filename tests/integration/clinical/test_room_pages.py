"""The room's pages and forms, as a browser without script uses them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from jinja2.ext import babel_extract

from chassis.web.texts import Texts
from contracts.complaints import ComplaintAssignedV1
from contracts.lab import OrderAcceptedV1
from contracts.pharmacy import PrescriptionRejectedV1
from contracts.registration import VisitCancelledV1
from contracts.values import LabResult
from tests.integration.clinical.rooms import PARACETAMOL, Rooms, done, examined, ordered
from tests.kit.rooms import page
from tests.kit.samples import BORN, HAEMOGLOBIN, NAME, TEMPERATURE, WEIGHT, released

SERVICE = Path("services/clinical")


async def form(client: httpx.AsyncClient, path: str, **fields: Any) -> str:
    """Send a form; the page it leads to, as a path of this service."""
    answer = await client.post(path, data={"idempotency_key": str(uuid4())} | fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix("/clinical")


async def test_a_visit_goes_through_the_room_by_forms_alone(rooms: Rooms) -> None:
    await rooms.arrive()
    async with rooms.person() as sari:
        assert "Pemeriksaan Anak" in await page(sari, "/")
        assert "A-001" in await page(sari, "/units/anak")
        here = await form(sari, "/units/anak/call-next")
        assert "Langkah pertama: cocokkan identitas" in await page(sari, here)
        await form(sari, f"{here}/identity", full_name=NAME, birth_date=str(BORN))
        await form(
            sari,
            f"{here}/assessment",
            **{
                "complaint": "Demam",
                "allergies": "amoksisilin, telur",
                f"observations.{WEIGHT}": "8,4",
                f"observations.{TEMPERATURE}": "38.2",
                "observations.8306-3": "",
            },
        )
        shown = await page(sari, here)
        assert "BB/U" in shown
        assert "amoksisilin, telur" in shown
        await form(
            sari,
            f"{here}/prescriptions",
            **{
                "items.0.drug_code": "paracetamol_120_syr",
                "items.0.dose": "5 mL",
                "items.0.frequency": "3 x sehari",
                "items.0.days": "3",
                "items.0.quantity": "1",
                "items.1.drug_code": "",
            },
        )
        assert "Parasetamol sirup" in await page(sari, here)
        done = await form(
            sari,
            f"{here}/complete",
            icd10="j06.9, R50.9",
            care_categories=["curative", "promotive"],
            disposition="home",
        )
    assert done == "/units/anak"


async def test_the_end_button_says_what_it_waits_for(rooms: Rooms) -> None:
    await rooms.arrive()
    async with rooms.person() as sari:
        here = await form(sari, "/units/anak/call-next")
        visit_id = here.rsplit("/", 1)[1]
        await form(sari, f"{here}/identity", full_name=NAME, birth_date=str(BORN))
        await form(sari, f"{here}/assessment", complaint="Pucat")
        await form(sari, f"{here}/lab-requests", tests=HAEMOGLOBIN, priority="cito")
        assert "Selesai: 1 permintaan belum kembali" in await page(sari, here)
        record = (await sari.get(f"/api/encounters/{visit_id}")).json()
        order = record["lab_requests"][0]
        await rooms.receive(released(UUID(order["id"]), UUID(visit_id)))
        part = await page(sari, f"/parts/encounters/{visit_id}/completion")
        assert "Selesai: 1 hasil belum dibaca" in part
        shown = await page(sari, here)
        assert "8,1" in shown
        assert "Rendah" in shown
        await form(sari, f"{here}/results/{order['id']}/read")
        assert "Selesai <kbd" in await page(sari, here)


async def test_one_list_says_in_words_how_far_everything_sent_is(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        rx_id = UUID((await done(sari, visit_id, "prescriptions", items=[PARACETAMOL]))["id"])
        of_order = {"order_id": order_id, "visit_id": visit_id, "origin_unit": "anak"}
        of_rx = {"rx_id": rx_id, "visit_id": visit_id, "version": 1}
        part = f"/parts/encounters/{visit_id}"
        waiting = await page(sari, part)
        await rooms.depart()
        sent = await page(sari, part)
        await rooms.receive(
            OrderAcceptedV1(**of_order, accession_no="L-001"),
            PrescriptionRejectedV1(**of_rx, reason="Dosis terlalu tinggi"),
        )
        answered = await page(sari, part)
    assert "Yang dikirim" in waiting
    assert waiting.count("Menunggu jaringan, akan terkirim sendiri") == 2
    assert sent.count(">Dikirim</span>") == 2
    assert "Disanggupi lab" in answered
    assert "Ditolak farmasi" in answered
    assert "Dosis terlalu tinggi" in answered


async def test_the_room_is_told_to_measure_again_what_no_child_has(rooms: Rooms) -> None:
    await rooms.arrive()
    async with rooms.person() as sari:
        here = await form(sari, "/units/anak/call-next")
        await form(sari, f"{here}/identity", full_name=NAME, birth_date=str(BORN))
        await form(sari, f"{here}/assessment", complaint="x", **{f"observations.{WEIGHT}": "94"})
        assert "Mungkin salah ukur: BB/U di luar batas WHO" in await page(sari, here)
        await form(sari, f"{here}/assessment", complaint="x", **{f"observations.{WEIGHT}": "9,4"})
        assert "Mungkin salah ukur" not in await page(sari, here)


async def test_a_result_nobody_has_judged_says_so(rooms: Rooms) -> None:
    value = LabResult(loinc=HAEMOGLOBIN, value=7, ucum="g/dL", flag="abnormal", judged=False)
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        await rooms.receive(released(order_id, visit_id, results=(value,)))
        shown = await page(sari, f"/encounters/{visit_id}")
    assert "Tanpa nilai rujukan" in shown
    assert "Tidak normal" not in shown


async def test_the_forms_of_a_closed_visit_are_gone_without_a_reload(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        shown = await page(sari, f"/encounters/{visit_id}")
        assert f'data-live="/clinical/parts/encounters/{visit_id}/forms"' in shown
        part = f"/parts/encounters/{visit_id}/forms"
        assert "Kirim resep" in await page(sari, part)
        order_id = await ordered(sari, visit_id)
        await rooms.receive(VisitCancelledV1(visit_id=visit_id, patient_id=uuid4(), reason="x"))
        assert (await sari.get(part)).status_code == 403
        await rooms.receive(released(order_id, visit_id))  # opens the record to be read
        assert "<form" not in await page(sari, part)
        assert "Kunjungan ini sudah ditutup" in await page(sari, part)
        assert "<button" not in await page(sari, f"/parts/encounters/{visit_id}/completion")


async def test_a_mismatch_is_said_on_the_page(rooms: Rooms) -> None:
    await rooms.arrive()
    async with rooms.person() as sari:
        here = await form(sari, "/units/anak/call-next")
        await form(sari, f"{here}/identity", full_name="Bukan Dia", birth_date=str(BORN))
        assert "Tidak cocok dengan pendaftaran" in await page(sari, here)


async def test_parts_alone_are_what_the_page_holds(rooms: Rooms) -> None:
    await rooms.arrive()
    await rooms.receive(
        ComplaintAssignedV1(complaint_id=uuid4(), number="P-1", unit="anak", summary="Antre lama")
    )
    async with rooms.person() as sari:
        assert "Antre lama" in await page(sari, "/parts/worklist?unit=anak")
        assert "menunggu" in await page(sari, "/parts/units")
    async with rooms.person(role="clerk") as desk:
        summary = await page(desk, "/parts/summary")
    assert "<b>1</b>" in summary
    assert NAME not in summary


async def test_the_room_speaks_english_on_request(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        sari.cookies.set("alur_language", "en")
        assert "Call next" in await page(sari, "/units/anak")


async def test_drugs_have_their_english_names_in_the_room_too(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        sari.cookies.set("alur_language", "en")
        line = {"drug_code": "paracetamol_120_syr", "dose": "5 mL", "frequency": "3x", "days": 3}
        path = f"/api/encounters/{visit_id}/prescriptions"
        twice = await sari.post(path, json={"items": [line | {"quantity": 1}] * 2})
        assert "Paracetamol syrup 120 mg/5 mL" in twice.json()["errors"][0]["detail"]
        await sari.post(path, json={"items": [line | {"quantity": 1}]})
        shown = await page(sari, f"/encounters/{visit_id}")
    assert "Paracetamol syrup 120 mg/5 mL <small>1 bottle" in shown
    assert "Amoxicillin dry syrup 125 mg/5 mL</option>" in shown
    assert "Parasetamol" not in shown


async def test_tests_have_their_english_names_wherever_they_stand(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        await ordered(sari, visit_id)
        sari.cookies.set("alur_language", "en")
        shown = await page(sari, f"/encounters/{visit_id}")
    assert shown.count("Haemoglobin") >= 3  # the form, the list of what was sent, the end button
    assert "Hemoglobin" not in shown


async def test_a_refusal_speaks_english_too(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await rooms.arrive()
        sari.cookies.set("alur_language", "en")
        answer = await sari.post(
            f"/api/encounters/{visit_id}/identity",
            json={"full_name": NAME, "birth_date": "2020-01-01"},
        )
    assert answer.json()["detail"] == "Call this patient first"


async def test_filed_results_alert_the_unit(rooms: Rooms) -> None:
    async with rooms.person() as sari:
        visit_id = await examined(rooms, sari)
        order_id = await ordered(sari, visit_id)
        await rooms.receive(VisitCancelledV1(visit_id=visit_id, patient_id=uuid4(), reason="x"))
        await rooms.receive(released(order_id, visit_id))
        assert "Hasil setelah pelayanan selesai" in await page(sari, "/units/anak")
        assert "Sudah saya baca" in await page(sari, f"/encounters/{visit_id}")


def test_every_sentence_of_the_room_has_its_english() -> None:
    words = Texts([SERVICE])
    missing = [text for text in sentences() if not words.has("en", text)]
    assert missing == []


def sentences() -> set[str]:
    """Every message id of the templates, and of the refusals that rules and queries raise."""
    found: set[str] = set()
    for file in SERVICE.rglob("*.html"):
        with file.open("rb") as template:
            options = {"extensions": "jinja2.ext.do", "trimmed": "true"}
            for _, _, message, _ in babel_extract(template, ("_",), [], options):
                found.add(message if isinstance(message, str) else str(message and message[0]))
    for file in SERVICE.rglob("*.py"):
        found |= {text for text in _refusals(ast.parse(file.read_text()))}
    return found - {"", "None"}


#: Raised for pydantic, whose errors the edge puts into words.
PYDANTIC = ("ValueError", "PydanticKnownError")


def _refusals(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        raised = node.exc if isinstance(node, ast.Raise) else None
        if isinstance(raised, ast.Call) and raised.args:
            first = raised.args[0]
            named = raised.func.id if isinstance(raised.func, ast.Name) else ""
            if isinstance(first, ast.Constant) and named not in PYDANTIC:
                yield str(first.value)
