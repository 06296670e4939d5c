"""A prescription to start from, for the tests of the pharmacy's rules."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.pharmacy.domain import Prescription
from tests.kit.samples import rx_item

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


SAMPLE = Prescription(
    id=UUID(int=1),
    facility="dharma_rini",
    version=1,
    rx_version=1,
    state="received",
    number=7,
    service_date=date(2026, 11, 22),
    visit_id=UUID(int=2),
    patient_id=UUID(int=3),
    origin_unit="anak",
    prescriber_id="dr-1",
    prescriber_name="dr. Ayu",
    issued_at=AT,
    received_at=AT,
    age_days=430,
    sex="F",
    weight_kg=9.4,
    allergies=(),
    items=(rx_item(),),
    checks=None,
    reject_reason=None,
    reviewed_at=None,
    prepared_at=None,
    closed_at=None,
    full_name="Aisyah Nur",
    birth_date=date(2025, 9, 18),
    mrn="00-12-47",
)


def prescription(**values: Any) -> Prescription:
    return replace(SAMPLE, **values)
