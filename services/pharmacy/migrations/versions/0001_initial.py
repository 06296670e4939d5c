"""The tables of the pharmacy and of the plumbing."""

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime
from chassis.migrate import create_plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('received', 'reviewed', 'prepared')")


def upgrade() -> None:
    create_plumbing(op)
    _create_patient()
    _create_prescription()
    _create_stock()


def _create_patient() -> None:
    op.create_table(
        "patient",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("mrn", sa.Text, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("birth_date", sa.Date, nullable=False),
        sa.Column("sex", sa.String(1), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
    )


def _create_prescription() -> None:
    op.create_table(
        "prescription",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("rx_version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("service_date", sa.Date, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("visit_id", sa.Uuid, nullable=False),
        sa.Column("patient_id", sa.Uuid, nullable=False),
        sa.Column("origin_unit", sa.String(40), nullable=False),
        sa.Column("prescriber_id", sa.Text, nullable=False),
        sa.Column("prescriber_name", sa.Text, nullable=False),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("age_days", sa.Integer, nullable=False),
        sa.Column("sex", sa.String(1), nullable=False),
        sa.Column("weight_kg", sa.Float),
        sa.Column("allergies", sa.JSON, nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("checks", sa.JSON),
        sa.Column("reject_reason", sa.Text),
        sa.Column("reviewed_at", UtcDateTime),
        sa.Column("prepared_at", UtcDateTime),
        sa.Column("closed_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_prescription"),
        sa.UniqueConstraint(
            "facility",
            "service_date",
            "number",
            name="uq_prescription_facility_service_date_number",
        ),
    )
    op.create_index(
        "ix_prescription_worklist",
        "prescription",
        ["facility", "received_at", "id"],
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )
    op.create_index(
        "ix_prescription_state", "prescription", ["facility", "state", "received_at", "id"]
    )
    op.create_index("ix_prescription_patient", "prescription", ["facility", "patient_id"])
    op.create_table(
        "day_number",
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("service_date", sa.Date, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("facility", "service_date", name="pk_day_number"),
    )


def _create_stock() -> None:
    op.create_table(
        "stock_lot",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("drug_code", sa.String(40), nullable=False),
        sa.Column("lot", sa.String(40), nullable=False),
        sa.Column("expiry", sa.Date, nullable=False),
        sa.Column("on_hand", sa.Integer, nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_lot_not_oversold")),
        sa.PrimaryKeyConstraint("id", name="pk_stock_lot"),
        sa.UniqueConstraint(
            "facility", "drug_code", "lot", name="uq_stock_lot_facility_drug_code_lot"
        ),
    )
    op.create_index("ix_stock_lot_fefo", "stock_lot", ["facility", "drug_code", "expiry", "id"])
    op.create_table(
        "stock_movement",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("lot_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("prescription_id", sa.Uuid),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "kind IN ('receipt', 'dispense', 'adjustment')", name=op.f("ck_stock_movement_kind")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["stock_lot.id"], name="fk_stock_movement_lot_id"),
        sa.ForeignKeyConstraint(
            ["prescription_id"], ["prescription.id"], name="fk_stock_movement_prescription_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stock_movement"),
    )
    op.create_index("ix_stock_movement_lot_id", "stock_movement", ["lot_id"])
    op.create_index("ix_stock_movement_prescription_id", "stock_movement", ["prescription_id"])
