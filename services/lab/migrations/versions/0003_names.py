"""Who asked and who answers for the values, by name."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "lab_order", sa.Column("requester_name", sa.String(120), nullable=False, server_default="")
    )
    op.add_column(
        "lab_order", sa.Column("validator_name", sa.String(120), nullable=False, server_default="")
    )
