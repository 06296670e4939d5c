"""Tables of the complaints desk; who complained stands in a table of its own."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    literal_column,
)

from chassis.database import NAMING, UtcDateTime

metadata = MetaData(naming_convention=NAMING)

complaint = Table(
    "complaint",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("number", String(20), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("external_id", String(120)),
    Column("state", String(20), nullable=False),
    Column("category", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("visit_ref", String(60)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("clock_from", Date, nullable=False),
    Column("paused_days", Integer, nullable=False, default=0),
    Column("waiting_since", Date),
    Column("response_due", Date, nullable=False),
    Column("resolve_due", Date, nullable=False),
    Column("responded_on", Date),
    Column("resolved_on", Date),
    Column("due_on", Date, nullable=False),
    Column("next_review", Date),
    Column("reporter_known", Boolean, nullable=False, default=False),
    Column("anonymous_reason", Text),
    Column("incomplete_reason", Text),
    Column("history", Text),
    Column("location", Text),
    Column("officer_on_duty", Text),
    Column("unit", String(40)),
    Column("summary", Text),
    Column("letter_no", String(80)),
    Column("duplicate_of", Uuid, ForeignKey("complaint.id")),
    UniqueConstraint("facility", "number"),
    # The same report of the same channel is one complaint, however often it is delivered.
    UniqueConstraint("facility", "channel", "external_id"),
)
#: Written out, not bound: a partial index serves only a query with the very same condition.
OPEN = complaint.c.state.not_in(
    [literal_column("'closed'"), literal_column("'duplicate'"), literal_column("'out_of_scope'")]
)
Index(
    "ix_complaint_open",
    complaint.c.facility,
    complaint.c.due_on,
    complaint.c.id,
    postgresql_where=OPEN,
    sqlite_where=OPEN,
)
Index(
    "ix_complaint_state",
    complaint.c.facility,
    complaint.c.state,
    complaint.c.due_on,
    complaint.c.id,
)

#: Read only through `store.identity`, and every reading is audited.
complaint_identity = Table(
    "complaint_identity",
    metadata,
    Column("id", Uuid, ForeignKey("complaint.id"), primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("reporter_name", String(120)),
    Column("contact", String(160)),
)

#: The history: who did what when. Rows are only added.
complaint_step = Table(
    "complaint_step",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), nullable=False),
    #: The version of the complaint that this step made.
    Column("version", Integer, nullable=False),
    Column("stage", String(1), nullable=False),
    Column("action", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("staff_id", String(80), nullable=False),
    Column("staff_name", String(120), nullable=False, server_default=""),
    Column("role", String(160), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("complaint_id", "version"),
)

#: Deadlines that passed. The key is what keeps two workers from telling of one twice.
complaint_breach = Table(
    "complaint_breach",
    metadata,
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), primary_key=True),
    Column("state", String(20), primary_key=True),
    Column("due_on", Date, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

#: The last number given out in a year.
complaint_counter = Table(
    "complaint_counter",
    metadata,
    Column("facility", String(40), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)
