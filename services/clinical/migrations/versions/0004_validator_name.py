"""Who answers for a result, by name."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "lab_result", sa.Column("validator_name", sa.String(120), nullable=False, server_default="")
    )
