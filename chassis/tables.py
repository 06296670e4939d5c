"""The tables that every service's database has: outbox, inbox, parked, audit, idempotency."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, Uuid, text

from chassis.database import NAMING, BigSerial, UtcDateTime

metadata = MetaData(naming_convention=NAMING)

#: Events of this service, written with the state they tell of; kept as its history.
outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigSerial, primary_key=True, autoincrement=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("type", String(80), nullable=False),
    Column("facility", String(40), nullable=False),
    Column("partitionkey", String(120), nullable=False),
    Column("sequence", BigSerial, nullable=False),
    Column("correlationid", String(120), nullable=False),
    Column("causationid", String(120)),
    Column("traceparent", String(55)),
    Column("actor", String(160), nullable=False),
    Column("data", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
)
Index(
    "ix_outbox_waiting",
    outbox.c.seq,
    postgresql_where=outbox.c.published_at.is_(None),
    sqlite_where=outbox.c.published_at.is_(None),
)

#: The last sequence of every partition key; its row lock orders the writers of one aggregate.
stream = Table(
    "stream",
    metadata,
    Column("partitionkey", String(120), primary_key=True),
    Column("last_sequence", BigSerial, nullable=False),
)

#: Every event handled here, inserted in the transaction of its effect; `position` is the order.
inbox = Table(
    "inbox",
    metadata,
    Column("position", BigSerial, primary_key=True, autoincrement=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("type", String(80), nullable=False),
    Column("source", String(40), nullable=False),
    Column("partitionkey", String(120), nullable=False),
    Column("sequence", BigSerial, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("handled_at", UtcDateTime, nullable=False),
)

#: Messages that could not be handled, and those that wait behind them.
parked = Table(
    "parked",
    metadata,
    Column("position", BigSerial, primary_key=True, autoincrement=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("type", String(80), nullable=False),
    Column("facility", String(40), nullable=False),
    Column("source", String(40), nullable=False),
    Column("partitionkey", String(120), nullable=False),
    Column("sequence", BigSerial, nullable=False),
    Column("body", Text, nullable=False),
    Column("code", String(60), nullable=False),
    Column("cause", Text, nullable=False),
    Column("state", String(12), nullable=False, server_default=text("'parked'")),
    Column("parked_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", String(160)),
    Column("reason", Text),
)
Index(
    "ix_parked_waiting",
    parked.c.partitionkey,
    postgresql_where=parked.c.state == "parked",
    sqlite_where=parked.c.state == "parked",
)

#: Who read or wrote what. Rows are only added; `position` and `hash` are set once, by the sealer.
audit = Table(
    "audit",
    metadata,
    Column("id", BigSerial, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("facility", String(40), nullable=False),
    Column("actor", String(160), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("visit_id", Uuid),
    Column("detail", Text, nullable=False),
    Column("position", BigSerial, unique=True),
    Column("hash", String(64)),
)
Index(
    "ix_audit_unsealed",
    audit.c.id,
    postgresql_where=audit.c.position.is_(None),
    sqlite_where=audit.c.position.is_(None),
)

#: Answers already given, so that the same command sent twice is done once.
idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", String(80), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
