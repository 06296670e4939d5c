"""The tables of the clinical rooms and of the plumbing."""

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime
from chassis.migrate import create_plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_plumbing(op)
    _create_patient()
    _create_worklist()
    _create_encounter()
    _create_assessment()
    _create_lab()
    _create_prescription()
    _create_notice()


def _create_patient() -> None:
    op.create_table(
        "patient",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("mrn", sa.String(40), nullable=False),
        sa.Column("full_name", sa.String(200), nullable=False),
        sa.Column("birth_date", sa.Date, nullable=False),
        sa.Column("sex", sa.String(1), nullable=False),
        sa.Column("village_code", sa.String(40)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
    )


def _create_worklist() -> None:
    op.create_table(
        "worklist_entry",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("route_seq", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("priority_class", sa.String(20), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("ticket_no", sa.String(20), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("missed", sa.Integer, nullable=False),
        sa.Column("first_routed_at", UtcDateTime, nullable=False),
        sa.Column("routed_at", UtcDateTime, nullable=False),
        sa.Column("called_at", UtcDateTime),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worklist_entry"),
    )
    op.create_index(
        "ix_worklist_entry_calling_order",
        "worklist_entry",
        ["facility", "unit", "state", "rank", "number", "routed_at", "id"],
    )


def _create_encounter() -> None:
    op.create_table(
        "encounter",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("identity_match", sa.Boolean),
        sa.Column("identity_at", UtcDateTime),
        sa.Column("identity_by", sa.String(80)),
        sa.Column("assessment_version", sa.Integer, nullable=False),
        sa.Column("weight_kg", sa.Float),
        sa.Column("allergies", sa.JSON, nullable=False),
        sa.Column("icd10", sa.JSON, nullable=False),
        sa.Column("care_categories", sa.JSON, nullable=False),
        sa.Column("disposition", sa.String(20)),
        sa.Column("completed_at", UtcDateTime),
        sa.Column("completed_by", sa.String(80)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_encounter"),
    )
    op.create_index("uq_encounter_visit_id_unit", "encounter", ["visit_id", "unit"], unique=True)


def _create_assessment() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("encounter_id", sa.Uuid, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("complaint", sa.Text, nullable=False),
        sa.Column("complaint_code", sa.String(8)),
        sa.Column("history", sa.Text, nullable=False),
        sa.Column("allergies", sa.JSON, nullable=False),
        sa.Column("observations", sa.JSON, nullable=False),
        sa.Column("zscores", sa.JSON, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column("recorded_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assessment"),
    )
    op.create_index(
        "uq_assessment_encounter_id_version", "assessment", ["encounter_id", "version"], unique=True
    )
    op.create_index("ix_assessment_visit_id", "assessment", ["visit_id"])


def _create_lab() -> None:
    op.create_table(
        "lab_request",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("encounter_id", sa.Uuid, nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("tests", sa.JSON, nullable=False),
        sa.Column("priority", sa.String(10), nullable=False),
        sa.Column("clinical_note", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("requested_by", sa.String(80), nullable=False),
        sa.Column("state_at", UtcDateTime, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("accession_no", sa.String(40)),
        sa.Column("reason", sa.Text),
        sa.Column("result_version", sa.Integer, nullable=False),
        sa.Column("read_version", sa.Integer, nullable=False),
        sa.Column("filed", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lab_request"),
    )
    op.create_index("ix_lab_request_visit_id", "lab_request", ["visit_id"])
    op.create_index(
        "ix_lab_request_filed",
        "lab_request",
        ["facility", "unit"],
        postgresql_where=sa.text("filed"),
        sqlite_where=sa.text("filed"),
    )
    op.create_table(
        "lab_result",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("results", sa.JSON, nullable=False),
        sa.Column("validated_by", sa.String(120), nullable=False),
        sa.Column("released_at", UtcDateTime, nullable=False),
        sa.Column("read_at", UtcDateTime),
        sa.Column("read_by", sa.String(80)),
        sa.PrimaryKeyConstraint("id", name="pk_lab_result"),
    )
    op.create_index(
        "uq_lab_result_order_id_version", "lab_result", ["order_id", "version"], unique=True
    )
    op.create_index("ix_lab_result_visit_id", "lab_result", ["visit_id"])


def _create_prescription() -> None:
    op.create_table(
        "prescription",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("encounter_id", sa.Uuid, nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("patient_facts", sa.JSON, nullable=False),
        sa.Column("allergies", sa.JSON, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.Column("issued_by", sa.String(80), nullable=False),
        sa.Column("state_at", UtcDateTime, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_prescription"),
    )
    op.create_index("ix_prescription_visit_id", "prescription", ["visit_id"])


def _create_notice() -> None:
    op.create_table(
        "unit_notice",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit_notice"),
    )
    op.create_index("ix_unit_notice_facility_unit", "unit_notice", ["facility", "unit"])
