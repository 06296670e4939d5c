"""The laboratory's own pages: the bench (worklist and one order) and the parts that stay live."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.edge import Edge, allow
from contracts.facility import UnitKind

from . import domain, schemas, use_cases
from .settings import LabSettings

router = APIRouter(include_in_schema=False)
settings = LabSettings()

#: The states of an order that went well, as the bar above it shows them.
PATH = (
    "requested",
    "accepted",
    "collected",
    "received",
    "in_analysis",
    "validated",
    "released",
    "returned",
)


@router.get("/")
async def bench(edge: Annotated[Edge, allow("order.list")]) -> Response:
    return edge.page("bench.html", order=None, **await _worklist(edge, None))


@router.get("/orders/{order_id}")
async def order_page(order_id: UUID, edge: Annotated[Edge, allow("order.open")]) -> Response:
    shown = await _order(edge, order_id)
    return edge.page("bench.html", **shown, **await _worklist(edge, order_id))


@router.get("/orders/{order_id}/result")
async def result_page(order_id: UUID, edge: Annotated[Edge, allow("result.open")]) -> Response:
    """For the unit that asked: the one place where it sees what the bus does not carry."""
    roles, units = edge.who.roles, edge.who.units
    order = await edge.load(
        lambda work: use_cases.open_result(work, order_id, roles=roles, units=units)
    )
    return edge.page("result.html", order=order, rights=frozenset())


@router.get("/parts/worklist")
async def worklist_part(
    edge: Annotated[Edge, allow("order.list")], selected: UUID | None = None
) -> Response:
    return edge.part("parts/worklist.html", **await _worklist(edge, selected))


@router.get("/parts/orders/{order_id}")
async def order_part(order_id: UUID, edge: Annotated[Edge, allow("order.open")]) -> Response:
    return edge.part("parts/order.html", **await _order(edge, order_id))


@router.get("/parts/summary")
async def summary_part(edge: Annotated[Edge, allow("summary.open")]) -> Response:
    return edge.part("parts/summary.html", **await _counts(edge))


@router.post("/orders/{order_id}/accept")
async def accept(order_id: UUID, edge: Annotated[Edge, allow("order.decide")]) -> Response:
    return await edge.submit(
        schemas.Step,
        lambda work, _form: use_cases.accept_order(work, order_id),
        to=f"/orders/{order_id}",
    )


@router.post("/orders/{order_id}/reject")
async def reject(order_id: UUID, edge: Annotated[Edge, allow("order.decide")]) -> Response:
    return await edge.submit(
        schemas.Reject,
        lambda work, form: use_cases.reject_order(work, order_id, form.reason),
        to=f"/orders/{order_id}",
    )


@router.post("/orders/{order_id}/collect")
async def collect(order_id: UUID, edge: Annotated[Edge, allow("specimen.handle")]) -> Response:
    return await edge.submit(
        schemas.Step,
        lambda work, _form: use_cases.collect_specimens(work, order_id),
        to=f"/orders/{order_id}",
    )


@router.post("/orders/{order_id}/receive")
async def receive(order_id: UUID, edge: Annotated[Edge, allow("specimen.handle")]) -> Response:
    return await edge.submit(
        schemas.Step,
        lambda work, _form: use_cases.receive_specimens(work, order_id),
        to=f"/orders/{order_id}",
    )


@router.post("/orders/{order_id}/reject-specimen")
async def reject_specimen(
    order_id: UUID, edge: Annotated[Edge, allow("specimen.handle")]
) -> Response:
    return await edge.submit(
        schemas.RejectSpecimen,
        lambda work, form: use_cases.reject_specimen(
            work, order_id, form.reason, form.specimen_type
        ),
        to=f"/orders/{order_id}",
    )


@router.post("/orders/{order_id}/results")
async def enter_results(order_id: UUID, edge: Annotated[Edge, allow("result.enter")]) -> Response:
    return await edge.submit(
        schemas.EnterResults,
        lambda work, form: use_cases.enter_results(work, order_id, form.values),
        to=f"/orders/{order_id}",
    )


@router.post("/orders/{order_id}/validate")
async def validate(order_id: UUID, edge: Annotated[Edge, allow("result.release")]) -> Response:
    return await edge.submit(
        schemas.Step,
        lambda work, _form: use_cases.validate_result(work, order_id),
        to=f"/orders/{order_id}",
    )


@router.post("/orders/{order_id}/release")
async def release(order_id: UUID, edge: Annotated[Edge, allow("result.release")]) -> Response:
    return await edge.submit(
        schemas.Step,
        lambda work, _form: use_cases.release_result(work, order_id),
        to=f"/orders/{order_id}",
    )


async def _worklist(edge: Edge, selected: UUID | None) -> dict[str, Any]:
    rows = await edge.load(lambda work: use_cases.list_orders(work, None, settings.bench_rows))
    return {
        "lines": rows,
        "tests": domain.CATALOGUE,
        "selected": selected,
        **await _counts(edge),
    }


async def _counts(edge: Edge) -> dict[str, Any]:
    """What is open, and the minutes from which a wait is late: for the list and for its card."""
    laboratory = edge.facility.units_of(UnitKind.LAB)[0]
    return {
        "counts": await edge.load(use_cases.summarise),
        "late_after": edge.facility.late_after_minutes(laboratory.code),
    }


async def _order(edge: Edge, order_id: UUID) -> dict[str, Any]:
    order = await edge.load(lambda work: use_cases.open_order(work, order_id))
    return {
        "order": order,
        "steps": _steps(order["state"]),
        "next": _next(order, edge),
        "rights": edge.who.rights(domain.RIGHTS),
        "may_reject": domain.MACHINE.allows(order["state"], "reject"),
        "reasons": [reason.value for reason in domain.RejectionReason],
        "plausible": {
            line["loinc"]: test.plausible
            for line in order["results"]
            if (test := domain.known(line["loinc"]))
        },
    }


def _next(order: dict[str, Any], edge: Edge) -> str | None:
    """The one main step; values that are missing come before their validation."""
    step = domain.NEXT_STEP.get(order["state"])
    if step != "validate":
        return step
    if any(line["value"] is None for line in order["results"]):
        return "enter"
    entered_by = {line["entered_by"] for line in order["results"]}
    alone = edge.facility.lab.two_person_validation and edge.who.staff_id in entered_by
    return "wait_for_second_person" if alone else step


def _steps(state: str) -> list[dict[str, str]]:
    """The path with each state done, now, late or still to come; empty for one that ended early."""
    if state in ("rejected", "cancelled"):
        return []
    here = PATH.index("collected" if state == "specimen_rejected" else state)
    mark = {"specimen_rejected": "late", "returned": "done"}.get(state, "now")
    return [
        {"code": code, "state": "done" if place < here else mark if place == here else ""}
        for place, code in enumerate(PATH)
    ]
