"""What a room does with the patient in it: open the record, identify, examine, conclude."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.work import Row, Work
from contracts.clinical import (
    AssessmentRecordedV1,
    EncounterCompletedV1,
    IdentityVerifiedV1,
)
from contracts.values import Observation, Sex, ZScore

from .. import store
from ..domain import completion, growth, identity, prescribing, queue, requests, vitals
from ..domain.completion import CareCategory, Disposition
from ..domain.rights import Clinician
from ..domain.stay import Encounter, Patient, Stay
from ..models import encounter as encounter_table
from . import records


@dataclass(frozen=True)
class Identified:
    visit_id: UUID
    encounter_id: UUID
    match: bool
    version: int


@dataclass(frozen=True)
class Assessed:
    """`assessment_version` counts the assessments of the encounter; none is overwritten.

    `doubtful`: z-scores beyond WHO's limits, where something was probably measured wrongly.
    """

    id: UUID
    visit_id: UUID
    encounter_id: UUID
    assessment_version: int
    observations: tuple[Observation, ...]
    zscores: tuple[ZScore, ...]
    doubtful: tuple[str, ...]
    version: int


@dataclass(frozen=True)
class Completed:
    visit_id: UUID
    encounter_id: UUID
    unit: str
    disposition: str
    version: int


async def open_encounter(work: Work, clinician: Clinician, visit_id: UUID) -> records.Record:
    """The record of a visit routed to a unit of the caller; the reading is audited (DR-5.4)."""
    stay = await store.load_visit(work, visit_id)
    record = await records.read(work, stay, stay.focus(clinician))
    stay.require_access(clinician, unread=any(order.filed for order in record.lab_requests))
    work.audit(
        "record.opened",
        stay.entry.patient_id,
        visit_id=visit_id,
        detail=stay.entry.unit,
    )
    return record


async def list_accesses(work: Work, visit_id: UUID) -> list[Row]:
    """Who opened or changed the record of a visit; asking is itself audited."""
    work.audit("accesses.listed", visit_id, visit_id=visit_id)
    return list(await store.accesses(work, visit_id))


async def identify(
    work: Work, clinician: Clinician, visit_id: UUID, full_name: str, birth_date: date
) -> Identified:
    """Compare what the patient says with the registration; a mismatch is kept and blocks."""
    stay = await store.lock_visit(work, visit_id)
    encounter = stay.require_present(clinician)
    known = registered(stay)
    match = identity.matches((full_name, birth_date), (known.full_name, known.birth_date))
    version = await work.save(
        encounter_table, encounter, identity_match=match, identity_at=work.at,
        identity_by=work.actor.staff_id,
    )  # fmt: skip
    if match:
        await store.set_entry(work, visit_id, state=queue.ENTRY.after(stay.entry.state, "serve"))
    work.publish(
        IdentityVerifiedV1(visit_id=visit_id, identifiers=identity.IDENTIFIERS, match=match)
    )
    work.audit(
        "identity.verified",
        visit_id,
        visit_id=visit_id,
        detail=f"match={match}".lower(),
    )
    work.changed(f"unit:{encounter.unit}", f"visit:{visit_id}")
    return Identified(visit_id, encounter.id, match, version)


def registered(stay: Stay) -> Patient:
    if stay.patient is None:
        raise identity.PatientUnknown("Data pasien belum tiba dari pendaftaran; coba lagi nanti")
    return stay.patient


async def assess(
    work: Work,
    clinician: Clinician,
    visit_id: UUID,
    *,
    complaint: str,
    complaint_code: str | None,
    history: str,
    allergies: Sequence[str],
    observations: Mapping[str, float],
    units: Mapping[str, str],
) -> Assessed:
    """Add an assessment: complaint, history, measurements and, under five, the z-scores."""
    stay = await store.lock_visit(work, visit_id)
    encounter = stay.require_present(clinician)
    identity.require_verified(encounter.identity_match)
    seen = vitals.observe(observations, work.facility.vitals, units)
    zscores = _zscores(work, registered(stay), seen)
    version = await _keep(work, encounter, seen, allergies)
    number = encounter.assessment_version + 1
    event = AssessmentRecordedV1(
        visit_id=visit_id, encounter_id=encounter.id, unit=encounter.unit, complaint=complaint,
        complaint_code=complaint_code, observations=seen, zscores=zscores,
    )  # fmt: skip
    added = work.new_id()
    await store.add_assessment(
        work, id=added, encounter_id=encounter.id, visit_id=visit_id, version=number,
        complaint=complaint, complaint_code=complaint_code, history=history,
        allergies=list(allergies), observations=[value.model_dump() for value in seen],
        zscores=[score.model_dump() for score in zscores], recorded_at=work.at,
        recorded_by=work.actor.staff_id,
    )  # fmt: skip
    work.publish(event)
    work.audit(
        "assessment.recorded",
        encounter.id,
        visit_id=visit_id,
        detail=f"version {number}",
    )
    work.changed(f"visit:{visit_id}")
    doubtful = growth.doubtful(zscores)
    return Assessed(added, visit_id, encounter.id, number, seen, zscores, doubtful, version)


def _zscores(
    work: Work, patient: Patient, observations: tuple[Observation, ...]
) -> tuple[ZScore, ...]:
    today = vitals.today(work.at, work.facility)
    days = vitals.age_days(patient.birth_date, today)
    months = vitals.age_months(patient.birth_date, today)
    return growth.zscores(observations, Sex(patient.sex), days, months)


async def _keep(
    work: Work,
    encounter: Encounter,
    observations: tuple[Observation, ...],
    allergies: Sequence[str],
) -> int:
    """What a prescription needs of the newest assessment; an unmeasured weight stays."""
    weight = vitals.measured(observations, vitals.WEIGHT)
    return await work.save(
        encounter_table,
        encounter,
        assessment_version=encounter.assessment_version + 1,
        weight_kg=weight if weight is not None else encounter.weight_kg,
        allergies=list(dict.fromkeys([*encounter.allergies, *allergies])),
    )


async def complete(
    work: Work,
    clinician: Clinician,
    visit_id: UUID,
    *,
    icd10: Sequence[str],
    care_categories: Sequence[CareCategory],
    disposition: Disposition,
) -> Completed:
    """The unit is done: diagnoses and care categories are coded, nothing is open (KS-1.2)."""
    stay = await store.lock_visit(work, visit_id)
    encounter = stay.require_encounter(clinician)
    prescribing.require_assessment(encounter.assessment_version)
    orders = await store.lab_requests(work, visit_id)
    prescribed = await store.prescriptions(work, visit_id)
    completion.require_nothing_open(
        records.obligations(orders, encounter), records.prescribed(prescribed, encounter)
    )
    version = await work.save(
        encounter_table, encounter, state="completed", icd10=list(icd10),
        care_categories=list(care_categories), disposition=disposition,
        completed_at=work.at, completed_by=work.actor.staff_id,
    )  # fmt: skip
    if stay.entry.unit == encounter.unit:
        done = queue.ENTRY.after(stay.entry.state, "complete")
        await store.set_entry(work, visit_id, state=done)
    work.publish(
        EncounterCompletedV1(
            visit_id=visit_id, encounter_id=encounter.id, unit=encounter.unit,
            icd10=tuple(icd10), care_categories=tuple(care_categories), disposition=disposition,
            prescriptions=tuple(rx.id for rx in prescribed if requests.stands(rx.state)),
        )
    )  # fmt: skip
    work.audit("encounter.completed", encounter.id, visit_id=visit_id, detail=encounter.unit)
    work.changed(f"unit:{encounter.unit}", f"visit:{visit_id}")
    return Completed(visit_id, encounter.id, encounter.unit, disposition, version)
