"""Visits that have ended: their results are closed to the unit that asked."""

import sqlalchemy as sa
from alembic import op

from chassis.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended_visit",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("facility", sa.String(40), nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=False),
    )
