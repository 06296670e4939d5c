"""The laboratory's first tables: patients, orders, specimens, results, accession numbers."""

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
    op.create_table(
        "patient",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("mrn", sa.String(40), nullable=False),
        sa.Column("full_name", sa.String(200), nullable=False),
        sa.Column("birth_date", sa.Date, nullable=False),
        sa.Column("sex", sa.String(1), nullable=False),
    )
    _create_order()
    _create_specimen()
    _create_result()
    op.create_table(
        "accession",
        sa.Column("facility", sa.String(40), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )


def _create_order() -> None:
    op.create_table(
        "lab_order",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("origin_unit", sa.String(40), nullable=False),
        sa.Column("requested_by", sa.String(80), nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("priority", sa.String(10), nullable=False),
        sa.Column("rank", sa.SmallInteger, nullable=False),
        sa.Column("tests", sa.JSON, nullable=False),
        sa.Column("clinical_note", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("accession_no", sa.String(20)),
        sa.Column("rejection_reason", sa.Text),
        sa.Column("specimen_rejections", sa.Integer, nullable=False),
        sa.Column("result_version", sa.Integer, nullable=False),
        sa.Column("collected_at", UtcDateTime),
        sa.Column("validated_by", sa.String(80)),
        sa.Column("validated_at", UtcDateTime),
        sa.Column("released_at", UtcDateTime),
        sa.Column("closed_at", UtcDateTime),
        sa.UniqueConstraint("facility", "accession_no", name="uq_lab_order_facility_accession_no"),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_lab_order_open",
        "lab_order",
        ["facility", "rank", "requested_at", "id"],
        postgresql_where=still_open,
        sqlite_where=still_open,
    )
    op.create_index(
        "ix_lab_order_state", "lab_order", ["facility", "state", "rank", "requested_at", "id"]
    )


def _create_specimen() -> None:
    op.create_table(
        "specimen",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.String(30), nullable=False),
        sa.Column("collected_at", UtcDateTime, nullable=False),
        sa.Column("collected_by", sa.String(80), nullable=False),
        sa.Column("received_at", UtcDateTime),
        sa.Column("rejected_at", UtcDateTime),
        sa.Column("rejection_reason", sa.String(20)),
        sa.ForeignKeyConstraint(["order_id"], ["lab_order.id"], name="fk_specimen_order_id"),
    )
    op.create_index("ix_specimen_order_id", "specimen", ["order_id"])


def _create_result() -> None:
    op.create_table(
        "lab_result",
        sa.Column("order_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("loinc", sa.String(10), primary_key=True),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("number", sa.Float),
        sa.Column("answer", sa.String(30)),
        sa.Column("ucum", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("flag", sa.String(20), nullable=False),
        sa.Column("entered_by", sa.String(80), nullable=False),
        sa.Column("entered_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["lab_order.id"], name="fk_lab_result_order_id"),
    )
