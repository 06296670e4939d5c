"""What a room asks of others: laboratory tests and medicines, and reading what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.errors import NotFound
from chassis.work import Work
from contracts.clinical import LabRequestedV1, LabResultReadV1, PrescriptionIssuedV1
from contracts.values import LabPriority, PatientFacts, RequestedTest, Sex

from .. import store
from ..domain import identity, laboratory, prescribing, requests, vitals
from ..domain.prescribing import Line
from ..domain.rights import Clinician
from ..models import lab_request
from .encounters import registered


@dataclass(frozen=True)
class Asked:
    """A request that has just been written; `state` is the sender's view of it."""

    id: UUID
    visit_id: UUID
    encounter_id: UUID
    unit: str
    state: str
    requested_at: datetime


@dataclass(frozen=True)
class WasRead:
    order_id: UUID
    visit_id: UUID
    result_version: int
    state: str
    version: int


async def request_lab(
    work: Work,
    clinician: Clinician,
    visit_id: UUID,
    *,
    tests: Sequence[str],
    priority: LabPriority,
    clinical_note: str,
) -> Asked:
    """Order tests for an identified patient; registration moves the patient to the laboratory."""
    stay = await store.lock_visit(work, visit_id)
    encounter = stay.require_encounter(clinician)
    identity.require_verified(encounter.identity_match)
    ordered = laboratory.ordered(tests)
    order_id = work.new_id()
    event_id = work.publish(
        LabRequestedV1(
            order_id=order_id, visit_id=visit_id, patient_id=stay.entry.patient_id,
            origin_unit=encounter.unit, tests=tuple(RequestedTest(loinc=code) for code in ordered),
            priority=priority, requested_at=work.at, clinical_note=clinical_note,
            requester_name=work.signature,
        )
    )  # fmt: skip
    await store.add_lab_request(
        work, id=order_id, visit_id=visit_id, encounter_id=encounter.id, unit=encounter.unit,
        tests=list(ordered), priority=priority.value, clinical_note=clinical_note,
        state="requested", requested_at=work.at, requested_by=work.actor.staff_id,
        state_at=work.at, event_id=event_id,
    )  # fmt: skip
    work.audit("lab.requested", order_id, visit_id=visit_id, detail=",".join(ordered))
    work.changed(f"unit:{encounter.unit}", f"visit:{visit_id}")
    shown = requests.shown("requested", published=False)
    return Asked(order_id, visit_id, encounter.id, encounter.unit, shown, work.at)


async def read_result(work: Work, clinician: Clinician, visit_id: UUID, order_id: UUID) -> WasRead:
    """The unit that asked has read the newest version; a filed result may be read too."""
    row = await store.locked_request(work, order_id)
    if row.visit_id != visit_id:
        raise NotFound("Permintaan ini bukan dari kunjungan ini")
    clinician.require(row.unit)
    requests.require_unread(row.result_version, row.read_version)
    version = await work.save(
        lab_request, row, state="read", state_at=work.at, read_version=row.result_version,
        filed=False,
    )  # fmt: skip
    await store.mark_read(work, order_id, row.result_version)
    work.publish(LabResultReadV1(order_id=order_id, visit_id=visit_id, version=row.result_version))
    work.audit(
        "result.read",
        order_id,
        visit_id=visit_id,
        detail=f"version {row.result_version}",
    )
    work.changed(f"unit:{row.unit}", f"visit:{visit_id}")
    return WasRead(order_id, visit_id, row.result_version, "read", version)


async def prescribe(
    work: Work,
    clinician: Clinician,
    visit_id: UUID,
    *,
    lines: Sequence[Line],
    allergies: Sequence[str],
) -> Asked:
    """For an identified and examined patient, with what the pharmacist must know."""
    stay = await store.lock_visit(work, visit_id)
    encounter = stay.require_encounter(clinician)
    identity.require_verified(encounter.identity_match)
    patient = registered(stay)
    prescribing.require_assessment(encounter.assessment_version)
    items = prescribing.items(lines)
    known = tuple(dict.fromkeys([*encounter.allergies, *allergies]))
    facts = PatientFacts(
        age_days=vitals.age_days(patient.birth_date, vitals.today(work.at, work.facility)),
        sex=Sex(patient.sex),
        weight_kg=encounter.weight_kg,
    )
    rx_id = work.new_id()
    event_id = work.publish(
        PrescriptionIssuedV1(
            rx_id=rx_id, visit_id=visit_id, patient_id=patient.patient_id,
            origin_unit=encounter.unit, prescriber_id=clinician.staff_id,
            prescriber_name=clinician.name, issued_at=work.at, patient=facts, allergies=known,
            items=items,
        )
    )  # fmt: skip
    await store.add_prescription(
        work, id=rx_id, visit_id=visit_id, encounter_id=encounter.id, unit=encounter.unit,
        items=[item.model_dump() for item in items], patient_facts=facts.model_dump(mode="json"),
        allergies=list(known), state="requested", issued_at=work.at,
        issued_by=work.actor.staff_id, state_at=work.at, event_id=event_id,
    )  # fmt: skip
    work.audit("prescription.issued", rx_id, visit_id=visit_id, detail=f"{len(items)} items")
    work.changed(f"visit:{visit_id}")
    shown = requests.shown("requested", published=False)
    return Asked(rx_id, visit_id, encounter.id, encounter.unit, shown, work.at)
