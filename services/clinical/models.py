"""The tables of the clinical rooms; rules live in `domain`."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)

from chassis.database import NAMING, UtcDateTime

metadata = MetaData(naming_convention=NAMING)

#: Read model of registration's patients: what a room needs to greet and to identify somebody.
patient = Table(
    "patient",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("mrn", String(40), nullable=False),
    Column("full_name", String(200), nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("sex", String(1), nullable=False),
    Column("village_code", String(40)),
    Column("version", Integer, nullable=False, default=1),
)

#: Where each visit is now: one row a visit, moved by registration's newest route.
#: `first_routed_at` is the start of the visit's way, `routed_at` of the wait in this unit.
worklist_entry = Table(
    "worklist_entry",
    metadata,
    Column("id", Uuid, primary_key=True),  # the visit
    Column("facility", String(40), nullable=False),
    Column("patient_id", Uuid, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("state", String(12), nullable=False),
    Column("route_seq", Integer, nullable=False),
    Column("reason", String(20), nullable=False),
    Column("priority_class", String(20), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("ticket_no", String(20), nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("missed", Integer, nullable=False, default=0),
    Column("first_routed_at", UtcDateTime, nullable=False),
    Column("routed_at", UtcDateTime, nullable=False),
    Column("called_at", UtcDateTime),
    Column("version", Integer, nullable=False, default=1),
)
Index(
    "ix_worklist_entry_calling_order",
    worklist_entry.c.facility,
    worklist_entry.c.unit,
    worklist_entry.c.state,
    worklist_entry.c.rank,
    worklist_entry.c.number,
    worklist_entry.c.routed_at,
    worklist_entry.c.id,
)

#: One unit's care of one visit. The last weight and the allergies are kept for the prescription.
encounter = Table(
    "encounter",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("visit_id", Uuid, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("patient_id", Uuid, nullable=False),
    Column("state", String(12), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("identity_match", Boolean),
    Column("identity_at", UtcDateTime),
    Column("identity_by", String(80)),
    Column("assessment_version", Integer, nullable=False, default=0),
    Column("weight_kg", Float),
    Column("allergies", JSON, nullable=False, default=list),
    Column("icd10", JSON, nullable=False, default=list),
    Column("care_categories", JSON, nullable=False, default=list),
    Column("disposition", String(20)),
    Column("completed_at", UtcDateTime),
    Column("completed_by", String(80)),
    Column("version", Integer, nullable=False, default=1),
)
Index("uq_encounter_visit_id_unit", encounter.c.visit_id, encounter.c.unit, unique=True)

#: Assessments are only added; `version` counts within the encounter, the newest is the valid one.
assessment = Table(
    "assessment",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("encounter_id", Uuid, nullable=False),
    Column("visit_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("complaint", Text, nullable=False),
    Column("complaint_code", String(8)),
    Column("history", Text, nullable=False),
    Column("allergies", JSON, nullable=False),
    Column("observations", JSON, nullable=False),
    Column("zscores", JSON, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", String(80), nullable=False),
)
Index(
    "uq_assessment_encounter_id_version",
    assessment.c.encounter_id,
    assessment.c.version,
    unique=True,
)

Index("ix_assessment_visit_id", assessment.c.visit_id)

#: The sender's view of a lab order. `event_id` finds the outbox row: has it left this room?
#: `filed`: a result came after the unit was done, and whoever asked has not read it.
lab_request = Table(
    "lab_request",
    metadata,
    Column("id", Uuid, primary_key=True),  # the order
    Column("facility", String(40), nullable=False),
    Column("visit_id", Uuid, nullable=False),
    Column("encounter_id", Uuid, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("tests", JSON, nullable=False),
    Column("priority", String(10), nullable=False),
    Column("clinical_note", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("requested_by", String(80), nullable=False),
    Column("state_at", UtcDateTime, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("accession_no", String(40)),
    Column("reason", Text),
    Column("cancel_reason", Text),
    #: Why a specimen must be taken again; empty once it was.
    Column("recollect", String(20)),
    Column("result_version", Integer, nullable=False, default=0),
    Column("read_version", Integer, nullable=False, default=0),
    Column("filed", Boolean, nullable=False, default=False),
    Column("version", Integer, nullable=False, default=1),
)
Index("ix_lab_request_visit_id", lab_request.c.visit_id)
Index(
    "ix_lab_request_filed",
    lab_request.c.facility,
    lab_request.c.unit,
    postgresql_where=lab_request.c.filed,
    sqlite_where=lab_request.c.filed,
)

#: Every version of every result; older ones stay visible.
lab_result = Table(
    "lab_result",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("visit_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("results", JSON, nullable=False),
    Column("validated_by", String(120), nullable=False),
    Column("validator_name", String(120), nullable=False, server_default=""),
    Column("released_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Column("read_by", String(80)),
)
Index(
    "uq_lab_result_order_id_version",
    lab_result.c.order_id,
    lab_result.c.version,
    unique=True,
)
Index("ix_lab_result_visit_id", lab_result.c.visit_id)

#: The sender's view of a prescription.
prescription = Table(
    "prescription",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("visit_id", Uuid, nullable=False),
    Column("encounter_id", Uuid, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("items", JSON, nullable=False),
    Column("patient_facts", JSON, nullable=False),
    Column("allergies", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("issued_by", String(80), nullable=False),
    Column("state_at", UtcDateTime, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("reason", Text),
    Column("cancel_reason", Text),
    Column("version", Integer, nullable=False, default=1),
)
Index("ix_prescription_visit_id", prescription.c.visit_id)

#: Complaints the unit is asked to clarify; who complained never arrives here.
unit_notice = Table(
    "unit_notice",
    metadata,
    Column("id", Uuid, primary_key=True),  # the complaint
    Column("facility", String(40), nullable=False),
    Column("unit", String(40), nullable=False),
    Column("number", String(40), nullable=False),
    Column("summary", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)
Index("ix_unit_notice_facility_unit", unit_notice.c.facility, unit_notice.c.unit)
