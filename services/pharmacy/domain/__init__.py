"""The pharmacy's rules: no I/O, no framework. Sources: KMK 2015/2023 chapter VII; README.md."""

from typing import Final

from .prescription import (
    MACHINE,
    IdentityMismatch,
    IdentityUnknown,
    InstructionsMissing,
    Prescription,
    after_review,
    needs,
    verify_hand_over,
)
from .review import Hint, review_hints
from .stock import (
    Lot,
    LotMismatch,
    StockInsufficient,
    Take,
    allocate,
    check_adjustment,
    check_drug,
    check_receipt,
    check_stock,
)

#: The home page shows everybody how many wait; it names nobody.
_STAFF: Final = frozenset(
    "clerk medical_record nurse midwife doctor analyst pharmacist complaints_officer head admin"
    " cashier".split()
)
#: Right -> roles. The pharmacist works the counter; the head looks on.
RIGHTS: Final[dict[str, frozenset[str]]] = {
    "summary.open": _STAFF,
    "prescription.list": frozenset({"pharmacist", "head"}),
    "prescription.read": frozenset({"pharmacist", "head"}),
    "prescription.review": frozenset({"pharmacist"}),
    "prescription.prepare": frozenset({"pharmacist"}),
    "prescription.dispense": frozenset({"pharmacist"}),
    "prescription.reject": frozenset({"pharmacist"}),
    "stock.read": frozenset({"pharmacist", "head"}),
    "stock.receive": frozenset({"pharmacist"}),
    "stock.adjust": frozenset({"pharmacist"}),
}

__all__ = [
    "MACHINE",
    "RIGHTS",
    "Hint",
    "IdentityMismatch",
    "IdentityUnknown",
    "InstructionsMissing",
    "Lot",
    "LotMismatch",
    "Prescription",
    "StockInsufficient",
    "Take",
    "after_review",
    "allocate",
    "check_adjustment",
    "check_drug",
    "check_receipt",
    "check_stock",
    "needs",
    "review_hints",
    "verify_hand_over",
]
