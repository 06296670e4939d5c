"""Tables of registration. `facility` stands on every row; the rules are in `domain`."""

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
)

from chassis.database import NAMING, UtcDateTime

metadata = MetaData(naming_convention=NAMING)

#: Last number given, per centre and purpose (a ticket counter per point and day, the MRN).
counter = Table(
    "counter",
    metadata,
    Column("facility", String(40), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("last", Integer, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("username", String(60), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("units", JSON, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("failing_since", UtcDateTime),
    Column("locked_until", UtcDateTime),
)

patient = Table(
    "patient",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("mrn", String(12), nullable=False),
    Column("nik", String(16)),
    Column("nik_absent_reason", String(200)),
    Column("jkn_card", String(13)),
    Column("full_name", String(120), nullable=False),
    Column("name_key", String(120), nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("sex", String(1), nullable=False),
    Column("village_code", String(13)),
    Column("registered_at", UtcDateTime, nullable=False),
    UniqueConstraint("facility", "mrn", name="uq_patient_mrn"),
    UniqueConstraint("facility", "nik", name="uq_patient_nik"),
)
Index("ix_patient_birth", patient.c.facility, patient.c.birth_date, patient.c.name_key)
Index("ix_patient_card", patient.c.facility, patient.c.jkn_card)

ticket = Table(
    "ticket",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("service_point", String(40), nullable=False),
    Column("service_date", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("ticket_no", String(12), nullable=False),
    Column("priority_class", String(20), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("requeued", Boolean, nullable=False, default=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("called_at", UtcDateTime),
    UniqueConstraint(
        "facility", "service_point", "service_date", "number", name="uq_ticket_number"
    ),
)
Index(
    "ix_ticket_waiting",
    ticket.c.facility,
    ticket.c.service_date,
    ticket.c.rank,
    ticket.c.number,
    postgresql_where=ticket.c.state == "issued",
    sqlite_where=ticket.c.state == "issued",
)
#: Tickets that were called today, the newest first.
Index(
    "ix_ticket_called",
    ticket.c.facility,
    ticket.c.service_date,
    ticket.c.called_at,
    postgresql_where=ticket.c.called_at.is_not(None),
    sqlite_where=ticket.c.called_at.is_not(None),
)

visit = Table(
    "visit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("patient_id", Uuid, ForeignKey("patient.id"), nullable=False),
    Column("ticket_id", Uuid, ForeignKey("ticket.id"), nullable=False, unique=True),
    Column("ticket_no", String(12), nullable=False),
    Column("number", Integer, nullable=False),
    Column("service_date", Date, nullable=False),
    Column("mode", String(12), nullable=False),
    Column("payer", String(12), nullable=False),
    Column("jkn_card", String(13)),
    Column("documents", JSON, nullable=False),
    Column("documents_checked_by", String(120), nullable=False),
    Column("state", String(12), nullable=False),
    Column("unit", String(40), nullable=False),
    #: `base_class` is the visit's own; `priority_class` and `rank` count in the present queue.
    Column("base_class", String(20), nullable=False),
    Column("priority_class", String(20), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("route_seq", Integer, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("disposition", String(40)),
    Column("reason", Text),
)
Index(
    "uq_visit_open",
    visit.c.facility,
    visit.c.patient_id,
    unique=True,
    postgresql_where=visit.c.closed_at.is_(None),
    sqlite_where=visit.c.closed_at.is_(None),
)
Index(
    "ix_visit_waiting",
    visit.c.facility,
    visit.c.unit,
    visit.c.rank,
    visit.c.service_date,
    visit.c.number,
    postgresql_where=visit.c.closed_at.is_(None),
    sqlite_where=visit.c.closed_at.is_(None),
)

#: Every place a visit was sent to; `route_seq` counts per visit.
route = Table(
    "route",
    metadata,
    Column("visit_id", Uuid, ForeignKey("visit.id"), primary_key=True),
    Column("route_seq", Integer, primary_key=True, autoincrement=False),
    Column("facility", String(40), nullable=False),
    Column("from_unit", String(40)),
    Column("to_unit", String(40), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("priority_class", String(20), nullable=False),
    Column("order_id", Uuid),
    Column("at", UtcDateTime, nullable=False),
)

#: What a visit waits for. `ref_id` is the order or prescription; of an encounter, the visit.
obligation = Table(
    "obligation",
    metadata,
    Column("visit_id", Uuid, ForeignKey("visit.id"), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("ref_id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("origin_unit", String(40), nullable=False),
    Column("state", String(12), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
)

#: The last number called to each unit: what the queue display shows.
last_call = Table(
    "last_call",
    metadata,
    Column("facility", String(40), primary_key=True),
    Column("unit", String(40), primary_key=True),
    Column("ticket_no", String(12), nullable=False),
    Column("room", String(80), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("called_at", UtcDateTime, nullable=False),
)
