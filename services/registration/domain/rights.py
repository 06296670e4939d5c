"""Who may do what at the desk, the queue machine and the displays; everything else is denied."""

_DESK = frozenset({"clerk", "medical_record"})
_CARE = frozenset({"nurse", "midwife", "doctor", "analyst", "pharmacist"})
_LEAD = frozenset({"head", "admin"})
_STAFF = _DESK | _CARE | _LEAD | {"complaints_officer", "cashier"}

RIGHTS: dict[str, frozenset[str]] = {
    "ticket.issue": _DESK | {"queue_machine"},
    "ticket.call": _DESK,
    "ticket.list": _DESK | _LEAD,
    "patient.search": _DESK,
    "patient.register": _DESK,
    "patient.read": _DESK,
    "patient.correct": _DESK,
    "visit.open": _DESK,
    "visit.cancel": _DESK,
    "visit.leave": _DESK,
    "visit.read": _DESK | _CARE | _LEAD,
    "visit.list": _DESK | _CARE | _LEAD,
    "unit.count": _STAFF | {"display", "queue_machine"},
    "display.read": _STAFF | {"display", "queue_machine"},
    "standard.read": _STAFF | {"display", "queue_machine"},
    "home.read": _STAFF | {"display", "queue_machine"},
}


def visible_units(roles: frozenset[str], units: frozenset[str]) -> frozenset[str] | None:
    """The units whose visits somebody sees; None for all: desk and head see the whole house."""
    if "*" in units or roles & (_DESK | _LEAD):
        return None
    return units
