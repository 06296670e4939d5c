"""The pharmacy's tables: no rules, except that stock never falls below zero."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    Float,
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

#: Read model of registration.patient.registered.
patient = Table(
    "patient",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("mrn", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("sex", String(1), nullable=False),
)

#: `rx_version` is the prescriber's version; `version` counts the changes made here.
prescription = Table(
    "prescription",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("rx_version", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("service_date", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("visit_id", Uuid, nullable=False),
    Column("patient_id", Uuid, nullable=False),
    Column("origin_unit", String(40), nullable=False),
    Column("prescriber_id", Text, nullable=False),
    Column("prescriber_name", Text, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("age_days", Integer, nullable=False),
    Column("sex", String(1), nullable=False),
    Column("weight_kg", Float),
    Column("allergies", JSON, nullable=False),
    Column("items", JSON, nullable=False),
    Column("checks", JSON(none_as_null=True)),
    Column("reject_reason", Text),
    Column("reviewed_at", UtcDateTime),
    Column("prepared_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    UniqueConstraint("facility", "service_date", "number"),
)

#: Spelled out, so that both databases see that the partial index answers the worklist.
OPEN_STATES = ("received", "reviewed", "prepared")
is_open = prescription.c.state.in_([literal_column(f"'{state}'") for state in OPEN_STATES])
Index(
    "ix_prescription_worklist",
    prescription.c.facility,
    prescription.c.received_at,
    prescription.c.id,
    postgresql_where=is_open,
    sqlite_where=is_open,
)
Index(
    "ix_prescription_state",
    prescription.c.facility,
    prescription.c.state,
    prescription.c.received_at,
    prescription.c.id,
)
Index("ix_prescription_patient", prescription.c.facility, prescription.c.patient_id)

#: The last number called out on a day.
day_number = Table(
    "day_number",
    metadata,
    Column("facility", String(40), primary_key=True),
    Column("service_date", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)

#: `on_hand` is the sum of the lot's movements.
stock_lot = Table(
    "stock_lot",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("drug_code", String(40), nullable=False),
    Column("lot", String(40), nullable=False),
    Column("expiry", Date, nullable=False),
    Column("on_hand", Integer, nullable=False),
    CheckConstraint("on_hand >= 0", name="not_oversold"),
    UniqueConstraint("facility", "drug_code", "lot"),
)
Index(
    "ix_stock_lot_fefo",
    stock_lot.c.facility,
    stock_lot.c.drug_code,
    stock_lot.c.expiry,
    stock_lot.c.id,
)

#: The ledger: every change of `on_hand`, positive in, negative out. Rows are only added.
stock_movement = Table(
    "stock_movement",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("facility", String(40), nullable=False),
    Column("lot_id", ForeignKey("stock_lot.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("prescription_id", ForeignKey("prescription.id"), index=True),
    Column("reason", Text, nullable=False, default=""),
    Column("staff_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('receipt', 'dispense', 'adjustment')", name="kind"),
)
