"""The laboratory's tables. Worklist queries are held by indexes, not by sorting."""

from sqlalchemy import (
    JSON,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from chassis.database import NAMING, UtcDateTime

metadata = MetaData(naming_convention=NAMING)

#: Read model of registration's patients: who a specimen belongs to, and which range applies.
patient = Table(
    "patient",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("mrn", String(40), nullable=False),
    Column("full_name", String(200), nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("sex", String(1), nullable=False),
)

#: `patient_id` has no foreign key: the request may arrive before the patient does.
lab_order = Table(
    "lab_order",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("visit_id", Uuid, nullable=False),
    Column("patient_id", Uuid, nullable=False),
    Column("origin_unit", String(40), nullable=False),
    Column("requested_by", String(80), nullable=False),
    Column("requester_name", String(120), nullable=False, server_default=""),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("priority", String(10), nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("tests", JSON, nullable=False),
    Column("clinical_note", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("accession_no", String(20)),
    Column("rejection_reason", Text),
    Column("specimen_rejections", Integer, nullable=False, default=0),
    Column("result_version", Integer, nullable=False, default=1),
    Column("collected_at", UtcDateTime),
    Column("validated_by", String(80)),
    Column("validator_name", String(120), nullable=False, server_default=""),
    Column("validated_at", UtcDateTime),
    Column("released_at", UtcDateTime),
    #: The laboratory owes nothing more: released, refused or cancelled.
    Column("closed_at", UtcDateTime),
    UniqueConstraint("facility", "accession_no"),
)
Index(
    "ix_lab_order_open",
    lab_order.c.facility,
    lab_order.c.rank,
    lab_order.c.requested_at,
    lab_order.c.id,
    postgresql_where=lab_order.c.closed_at.is_(None),
    sqlite_where=lab_order.c.closed_at.is_(None),
)
Index(
    "ix_lab_order_state",
    lab_order.c.facility,
    lab_order.c.state,
    lab_order.c.rank,
    lab_order.c.requested_at,
    lab_order.c.id,
)

#: Visits that have ended: what the unit has read of them is closed to it. In a table of its own,
#: since the end of a visit and its orders come in any order.
ended_visit = Table(
    "ended_visit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
)

specimen = Table(
    "specimen",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("order_id", Uuid, ForeignKey("lab_order.id"), nullable=False, index=True),
    Column("type", String(30), nullable=False),
    Column("collected_at", UtcDateTime, nullable=False),
    Column("collected_by", String(80), nullable=False),
    Column("received_at", UtcDateTime),
    Column("rejected_at", UtcDateTime),
    Column("rejection_reason", String(20)),
)

#: One row per test and version. A version is fixed by its validation; a correction adds the next.
lab_result = Table(
    "lab_result",
    metadata,
    Column("order_id", Uuid, ForeignKey("lab_order.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("loinc", String(10), primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("number", Float),
    Column("answer", String(30)),
    Column("ucum", String(20), nullable=False),
    Column("reference", String(60), nullable=False),
    Column("flag", String(20), nullable=False),
    Column("entered_by", String(80), nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
)

#: The last accession number of a centre's day.
accession = Table(
    "accession",
    metadata,
    Column("facility", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)
