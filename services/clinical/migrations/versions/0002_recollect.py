"""A lab request knows that a specimen must be taken again, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lab_request", sa.Column("recollect", sa.String(20)))
