"""The tables of the complaints desk and of the plumbing."""

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime
from chassis.migrate import create_plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OPEN = sa.text("state NOT IN ('closed', 'duplicate', 'out_of_scope')")


def upgrade() -> None:
    create_plumbing(op)
    _create_complaint()
    _create_identity()
    _create_step()
    op.create_table(
        "complaint_counter",
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("facility", "year", name="pk_complaint_counter"),
    )


def _create_complaint() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("external_id", sa.String(120)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("visit_ref", sa.String(60)),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("clock_from", sa.Date, nullable=False),
        sa.Column("paused_days", sa.Integer, nullable=False),
        sa.Column("waiting_since", sa.Date),
        sa.Column("response_due", sa.Date, nullable=False),
        sa.Column("resolve_due", sa.Date, nullable=False),
        sa.Column("responded_on", sa.Date),
        sa.Column("resolved_on", sa.Date),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("next_review", sa.Date),
        sa.Column("reporter_known", sa.Boolean, nullable=False),
        sa.Column("anonymous_reason", sa.Text),
        sa.Column("incomplete_reason", sa.Text),
        sa.Column("history", sa.Text),
        sa.Column("location", sa.Text),
        sa.Column("officer_on_duty", sa.Text),
        sa.Column("unit", sa.String(40)),
        sa.Column("summary", sa.Text),
        sa.Column("letter_no", sa.String(80)),
        sa.Column("duplicate_of", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_complaint"),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["complaint.id"], name="fk_complaint_duplicate_of"
        ),
        sa.UniqueConstraint("facility", "number", name="uq_complaint_facility_number"),
        sa.UniqueConstraint(
            "facility", "channel", "external_id", name="uq_complaint_facility_channel_external_id"
        ),
    )
    op.create_index(
        "ix_complaint_open",
        "complaint",
        ["facility", "due_on", "id"],
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )
    op.create_index("ix_complaint_state", "complaint", ["facility", "state", "due_on", "id"])


def _create_identity() -> None:
    op.create_table(
        "complaint_identity",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reporter_name", sa.String(120)),
        sa.Column("contact", sa.String(160)),
        sa.PrimaryKeyConstraint("id", name="pk_complaint_identity"),
        sa.ForeignKeyConstraint(["id"], ["complaint.id"], name="fk_complaint_identity_id"),
    )


def _create_step() -> None:
    op.create_table(
        "complaint_step",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("complaint_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("stage", sa.String(1), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("staff_id", sa.String(80), nullable=False),
        sa.Column("role", sa.String(160), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_complaint_step"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name="fk_complaint_step_complaint_id"
        ),
        sa.UniqueConstraint(
            "complaint_id", "version", name="uq_complaint_step_complaint_id_version"
        ),
    )


def downgrade() -> None:
    raise RuntimeError("complaints are kept: restore a backup instead of going back")
