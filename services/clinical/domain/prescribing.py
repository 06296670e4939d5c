"""Prescription lines: what the prescriber writes, completed from the formulary."""

from collections.abc import Sequence
from typing import NamedTuple

from chassis.errors import Conflict, Invalid
from contracts.formulary import DRUGS, PERIOD_DAYS, Drug, word
from contracts.values import PrescriptionItem


class AssessmentMissing(Conflict):
    code = "assessment_missing"


class Line(NamedTuple):
    """An empty `route` means the formulary's."""

    drug_code: str
    dose: str
    frequency: str
    days: int
    quantity: int
    route: str = ""


def require_assessment(version: int) -> None:
    if version < 1:
        raise AssessmentMissing("Catat dahulu pemeriksaan pasien")


def items(lines: Sequence[Line]) -> tuple[PrescriptionItem, ...]:
    """Each drug once, from the formulary, within its quantity limit."""
    if not lines:
        raise Invalid("Tulis paling sedikit satu obat", field="items")
    codes = [line.drug_code for line in lines]
    return tuple(_item(place, line, codes) for place, line in enumerate(lines))


def _item(place: int, line: Line, codes: list[str]) -> PrescriptionItem:
    field = f"items.{place}.drug_code"
    drug = DRUGS.get(line.drug_code)
    if drug is None:
        raise Invalid("Obat '%(drug)s' tidak ada di formularium", field=field, drug=line.drug_code)
    if line.drug_code in codes[:place]:
        raise Invalid("%(drug)s tertulis dua kali", field=field, drug=drug.label)
    _check_limit(f"items.{place}.quantity", drug, line.quantity)
    return PrescriptionItem(
        drug_code=drug.code,
        form=drug.form,
        strength=drug.strength,
        dose=line.dose,
        frequency=line.frequency,
        route=line.route or drug.route,
        days=line.days,
        quantity=line.quantity,
        unit=drug.unit,
    )


def _check_limit(field: str, drug: Drug, quantity: int) -> None:
    limit = drug.max_qty_per_period
    if limit is not None and quantity > limit:
        raise Invalid(
            "%(drug)s paling banyak %(limit)s %(unit)s dalam %(days)s hari",
            field=field,
            drug=drug.label,
            limit=limit,
            unit=word(drug.unit),
            days=PERIOD_DAYS,
        )
