"""Every query of the pharmacy; each one stays inside the caller's health centre."""

from .prescriptions import (
    cancel_prescriptions,
    content,
    insert_prescription,
    known_prescription,
    list_prescriptions,
    next_number,
    oldest_open,
    open_counts,
    prescription_of,
    upsert_patients,
)
from .stock import (
    add_stock,
    handed_over,
    list_lots,
    lock_lots,
    lot_of,
    recently_handed,
    take,
    usable_stock,
    write_adjustment,
)

__all__ = [
    "add_stock",
    "cancel_prescriptions",
    "content",
    "handed_over",
    "insert_prescription",
    "known_prescription",
    "list_lots",
    "list_prescriptions",
    "lock_lots",
    "lot_of",
    "next_number",
    "oldest_open",
    "open_counts",
    "prescription_of",
    "recently_handed",
    "take",
    "upsert_patients",
    "usable_stock",
    "write_adjustment",
]
