"""The pharmacy's own pages: the counter and the stock."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.edge import Edge, allow
from chassis.web.formats import number
from chassis.web.texts import said
from chassis.work import Row
from contracts.bilingual import Bilingual
from contracts.facility import Facility, UnitKind
from contracts.formulary import DRUGS, strength, word

from . import domain, schemas, use_cases

router = APIRouter(include_in_schema=False)

#: A lot that expires sooner than this is marked, so that it is used first or returned in time.
EXPIRES_SOON = timedelta(days=90)


@dataclass(frozen=True)
class Ticket:
    """A prescription as the worklist shows it."""

    rx: domain.Prescription
    born: date
    origin: str


@dataclass(frozen=True)
class StockLine:
    """A lot as the stock page shows it."""

    lot: Row
    label: Bilingual
    unit: Bilingual
    expiry: str


@router.get("/")
async def counter(edge: Annotated[Edge, allow("prescription.list")]) -> Response:
    return await _counter(edge, None)


@router.get("/prescriptions/{rx_id}")
async def prescription(rx_id: UUID, edge: Annotated[Edge, allow("prescription.read")]) -> Response:
    return await _counter(edge, rx_id)


@router.post("/prescriptions/{rx_id}/review")
async def review(rx_id: UUID, edge: Annotated[Edge, allow("prescription.review")]) -> Response:
    return await edge.submit(
        schemas.Review,
        lambda work, form: use_cases.review(work, rx_id, form.checks()),
        to=f"/prescriptions/{rx_id}",
    )


@router.post("/prescriptions/{rx_id}/prepare")
async def prepare(rx_id: UUID, edge: Annotated[Edge, allow("prescription.prepare")]) -> Response:
    return await edge.submit(
        schemas.Prepare,
        lambda work, _form: use_cases.prepare(work, rx_id),
        to=f"/prescriptions/{rx_id}",
    )


@router.post("/prescriptions/{rx_id}/dispense")
async def dispense(rx_id: UUID, edge: Annotated[Edge, allow("prescription.dispense")]) -> Response:
    return await edge.submit(
        schemas.Dispense,
        lambda work, form: use_cases.dispense(work, rx_id, **form.model_dump()),
        to=f"/prescriptions/{rx_id}",
    )


@router.post("/prescriptions/{rx_id}/reject")
async def reject(rx_id: UUID, edge: Annotated[Edge, allow("prescription.reject")]) -> Response:
    return await edge.submit(
        schemas.Reject,
        lambda work, form: use_cases.reject(work, rx_id, form.reason),
        to=f"/prescriptions/{rx_id}",
    )


@router.get("/stock")
async def stock(edge: Annotated[Edge, allow("stock.read")]) -> Response:
    found = await edge.load(use_cases.look_at_stock)
    return edge.page(
        "stock.html",
        lines=_stock_lines(found),
        drugs=[(drug.code, drug.label.said(edge.language)) for drug in DRUGS.values()],
        today=found.today,
        may=edge.who.rights(domain.RIGHTS),
    )


@router.post("/stock/receipts")
async def receive_stock(edge: Annotated[Edge, allow("stock.receive")]) -> Response:
    return await edge.submit(
        schemas.Receipt,
        lambda work, form: use_cases.receive_stock(work, **form.model_dump()),
        to="/stock",
    )


@router.post("/stock/adjustments")
async def adjust_stock(edge: Annotated[Edge, allow("stock.adjust")]) -> Response:
    return await edge.submit(
        schemas.LotAdjustment,
        lambda work, form: use_cases.adjust_stock(work, **form.model_dump()),
        to="/stock",
    )


@router.get("/parts/worklist")
async def worklist_part(
    edge: Annotated[Edge, allow("prescription.list")], selected: UUID | None = None
) -> Response:
    found = await edge.load(lambda work: use_cases.look_at_counter(work, None))
    return edge.part("parts/worklist.html", selected=selected, **_listed(found, edge))


@router.get("/parts/prescriptions/{rx_id}")
async def prescription_part(
    rx_id: UUID, edge: Annotated[Edge, allow("prescription.read")]
) -> Response:
    opened = await edge.load(lambda work: use_cases.open_prescription(work, rx_id))
    return edge.part("parts/prescription.html", **_shown(opened, edge))


@router.get("/parts/lots")
async def lots_part(edge: Annotated[Edge, allow("stock.read")]) -> Response:
    found = await edge.load(use_cases.look_at_stock)
    return edge.part("parts/lots.html", lines=_stock_lines(found))


@router.get("/parts/summary")
async def summary_part(edge: Annotated[Edge, allow("summary.open")]) -> Response:
    found = await edge.load(use_cases.summarise)
    return edge.part("parts/summary.html", found=found, late_after=_late_after(edge))


async def _counter(edge: Edge, rx_id: UUID | None) -> Response:
    found = await edge.load(lambda work: use_cases.look_at_counter(work, rx_id))
    return edge.page(
        "counter.html",
        selected=rx_id,
        **_listed(found, edge),
        **_shown(found.opened, edge),
    )


def _listed(found: use_cases.Counter, edge: Edge) -> dict[str, Any]:
    tickets = [_ticket(rx, edge.facility) for rx in found.worklist]
    return {"tickets": tickets, "late_after": _late_after(edge)}


def _late_after(edge: Edge) -> int | None:
    """Minutes from which a wait is late: for the list and for its card."""
    pharmacy = edge.facility.units_of(UnitKind.PHARMACY)[0]
    return edge.facility.late_after_minutes(pharmacy.code)


def _shown(opened: use_cases.Details | None, edge: Edge) -> dict[str, Any]:
    """What the right side of the counter is drawn from."""
    ticket = _ticket(opened.prescription, edge.facility) if opened else None
    hints = [_in_words(hint, edge.language) for hint in opened.hints] if opened else []
    words = {"drugs": DRUGS, "word": word, "strength": strength}
    may = edge.who.rights(domain.RIGHTS)
    return {"opened": opened, "ticket": ticket, "hints": hints, "may": may, **words}


def _in_words(hint: domain.Hint, language: str) -> domain.Hint:
    params = {
        name: number(language, value) if isinstance(value, int) else said(language, value)
        for name, value in hint.params.items()
    }
    return hint._replace(params=params)


def _ticket(rx: domain.Prescription, facility: Facility) -> Ticket:
    """The age comes from the prescription until the birth date has arrived."""
    unit = facility.unit(rx.origin_unit)
    born = rx.birth_date or (rx.issued_at - timedelta(days=rx.age_days)).date()
    return Ticket(rx, born, unit.name if unit else rx.origin_unit)


def _stock_lines(stock: use_cases.Stock) -> list[StockLine]:
    lines = []
    for lot in stock.lots:
        drug = domain.check_drug(lot.drug_code)
        soon = lot.expiry < stock.today + EXPIRES_SOON
        expiry = "late" if lot.expiry < stock.today else "wait" if soon else ""
        lines.append(StockLine(lot, drug.label, word(drug.unit), expiry))
    return lines
