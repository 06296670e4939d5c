"""Results of an order: entered, validated by whom the profile allows, and released."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.errors import Invalid
from chassis.work import Row, Work
from contracts.lab import ResultReleasedV1
from contracts.values import LabResult, Sex

from .. import domain, store
from .steps import Order, advance, key_of


async def enter_results(work: Work, order_id: UUID, values: Mapping[str, float | str]) -> Order:
    """Enter some or all values; until validation they may be entered again."""
    order = await store.order(work, order_id)
    entered = await advance(work, order, "enter", detail=" ".join(sorted(values)))
    if order.birth_date is None:
        raise domain.ReferenceUnknown(
            "Data pasien belum sampai di laboratorium. Coba lagi sebentar lagi"
        )
    await store.put_results(work, [_row(work, order, *item) for item in values.items()])
    return entered


def _row(work: Work, order: Row, loinc: str, raw: float | str) -> dict[str, Any]:
    test = domain.find_test(loinc, f"values.{loinc}")
    if loinc not in order.tests:
        raise Invalid(
            "%(test)s tidak diminta pada permintaan ini", field=f"values.{loinc}", test=test.name
        )
    value = domain.read_value(test, raw)
    sex = Sex(order.sex)
    age = domain.age_in_days(
        order.birth_date, order.collected_at.astimezone(work.facility.zone).date()
    )
    reference = domain.reference_for(test, sex, age)
    return {
        "order_id": order.id,
        "version": order.result_version,
        "loinc": loinc,
        "facility": work.facility.code,
        "number": None if isinstance(value, str) else value,
        "answer": value if isinstance(value, str) else None,
        "ucum": test.ucum,
        "reference": reference.text() if reference else ", ".join(test.normal_answers),
        "flag": domain.flag_of(test, value, sex, age),
        "entered_by": work.actor.staff_id,
        "entered_at": work.at,
    }


async def validate_result(work: Work, order_id: UUID) -> Order:
    """Answer for the values: all are there, and a second person looked where the profile asks."""
    order = await store.order(work, order_id)
    validated = await advance(
        work, order, "validate", validated_by=work.actor.staff_id, validator_name=work.signature,
        validated_at=work.at,
    )  # fmt: skip
    rows = await store.results(work, order_id, order.result_version)
    domain.check_complete(order.tests, {row.loinc for row in rows})
    domain.check_second_person(work.facility, work.actor.staff_id, {row.entered_by for row in rows})
    return validated


async def release_result(work: Work, order_id: UUID) -> Order:
    """Send the validated values to the unit that asked."""
    order = await store.order(work, order_id)
    released = await advance(work, order, "release", released_at=work.at, closed_at=work.at)
    rows = {row.loinc: row for row in await store.results(work, order_id, order.result_version)}
    work.publish(
        ResultReleasedV1(
            **key_of(order),
            version=order.result_version,
            results=tuple(_on_the_bus(rows[loinc]) for loinc in order.tests),
            validated_by=order.validated_by,
            validator_name=order.validator_name,
            released_at=work.at,
        )
    )
    return released


def _on_the_bus(row: Row) -> LabResult:
    """What travels: the value, or for a restricted test only that there is one to be fetched."""
    if domain.CATALOGUE[row.loinc].restricted:
        return LabResult(loinc=row.loinc, value="restricted", ucum="", flag="restricted")
    return LabResult(
        loinc=row.loinc,
        value=row.answer if row.number is None else row.number,
        ucum=row.ucum,
        reference=row.reference,
        flag="abnormal" if row.flag == "unjudged" else row.flag,
        judged=row.flag != "unjudged",
    )
