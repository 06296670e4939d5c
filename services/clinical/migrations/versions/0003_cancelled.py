"""A lab request and a prescription know why their unit took them back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lab_request", sa.Column("cancel_reason", sa.Text))
    op.add_column("prescription", sa.Column("cancel_reason", sa.Text))
