"""The history names people, not only their accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "complaint_step", sa.Column("staff_name", sa.String(120), nullable=False, server_default="")
    )
