"""What people and messages ask of the pharmacy, one function per intent."""

from .dispensing import cancel, dispense, prepare, reject, review
from .reading import (
    Counter,
    Details,
    Stock,
    Summary,
    list_prescriptions,
    list_stock,
    look_at_counter,
    look_at_stock,
    open_prescription,
    summarise,
)
from .receiving import cancel_prescriptions, correct_patient, learn_patients, receive
from .stocking import adjust_stock, receive_stock

__all__ = [
    "Counter",
    "Details",
    "Stock",
    "Summary",
    "adjust_stock",
    "cancel",
    "cancel_prescriptions",
    "correct_patient",
    "dispense",
    "learn_patients",
    "list_prescriptions",
    "list_stock",
    "look_at_counter",
    "look_at_stock",
    "open_prescription",
    "prepare",
    "receive",
    "receive_stock",
    "reject",
    "review",
    "summarise",
]
