"""The first tables of registration."""

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
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(60), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", UtcDateTime),
        sa.Column("locked_until", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("username", name="uq_account_username"),
    )
    op.create_table(
        "counter",
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("facility", "name", name="pk_counter"),
    )
    op.create_table(
        "last_call",
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("ticket_no", sa.String(12), nullable=False),
        sa.Column("room", sa.String(80), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("called_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("facility", "unit", name="pk_last_call"),
    )
    op.create_table(
        "patient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mrn", sa.String(12), nullable=False),
        sa.Column("nik", sa.String(16)),
        sa.Column("nik_absent_reason", sa.String(200)),
        sa.Column("jkn_card", sa.String(13)),
        sa.Column("full_name", sa.String(120), nullable=False),
        sa.Column("name_key", sa.String(120), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(1), nullable=False),
        sa.Column("village_code", sa.String(13)),
        sa.Column("registered_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
        sa.UniqueConstraint("facility", "mrn", name="uq_patient_mrn"),
        sa.UniqueConstraint("facility", "nik", name="uq_patient_nik"),
    )
    op.create_index("ix_patient_birth", "patient", ["facility", "birth_date", "name_key"])
    op.create_index("ix_patient_card", "patient", ["facility", "jkn_card"])
    op.create_table(
        "ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("service_point", sa.String(40), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ticket_no", sa.String(12), nullable=False),
        sa.Column("priority_class", sa.String(20), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("requeued", sa.Boolean(), nullable=False),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.Column("called_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.UniqueConstraint(
            "facility", "service_point", "service_date", "number", name="uq_ticket_number"
        ),
    )
    op.create_index(
        "ix_ticket_called",
        "ticket",
        ["facility", "service_date", "called_at"],
        postgresql_where=sa.text("called_at IS NOT NULL"),
        sqlite_where=sa.text("called_at IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_waiting",
        "ticket",
        ["facility", "service_date", "rank", "number"],
        postgresql_where=sa.text("state = 'issued'"),
        sqlite_where=sa.text("state = 'issued'"),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_no", sa.String(12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(12), nullable=False),
        sa.Column("payer", sa.String(12), nullable=False),
        sa.Column("jkn_card", sa.String(13)),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("documents_checked_by", sa.String(120), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("base_class", sa.String(20), nullable=False),
        sa.Column("priority_class", sa.String(20), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("route_seq", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("arrived_at", UtcDateTime, nullable=False),
        sa.Column("started_at", UtcDateTime),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("disposition", sa.String(40)),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_visit_patient_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_visit_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        sa.UniqueConstraint("ticket_id", name="uq_visit_ticket_id"),
    )
    op.create_index(
        "ix_visit_waiting",
        "visit",
        ["facility", "unit", "rank", "service_date", "number"],
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "uq_visit_open",
        "visit",
        ["facility", "patient_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "obligation",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("ref_id", sa.Uuid(), nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("origin_unit", sa.String(40), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_obligation_visit_id"),
        sa.PrimaryKeyConstraint("visit_id", "kind", "ref_id", name="pk_obligation"),
    )
    op.create_table(
        "route",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("route_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("from_unit", sa.String(40)),
        sa.Column("to_unit", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("priority_class", sa.String(20), nullable=False),
        sa.Column("order_id", sa.Uuid()),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_route_visit_id"),
        sa.PrimaryKeyConstraint("visit_id", "route_seq", name="pk_route"),
    )


def downgrade() -> None:
    for table in (
        "route",
        "obligation",
        "visit",
        "ticket",
        "patient",
        "last_call",
        "counter",
        "account",
        "idempotency",
        "audit",
        "parked",
        "inbox",
        "stream",
        "outbox",
    ):
        op.drop_table(table)
