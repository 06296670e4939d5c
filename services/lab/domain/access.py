"""Which roles may do what in the laboratory; a right that is not listed is denied."""

from typing import Final

from chassis.errors import Forbidden

_ANALYST: Final = frozenset({"analyst"})
_READERS: Final = frozenset({"analyst", "head"})
_REQUESTERS: Final = frozenset({"nurse", "midwife", "doctor"})
_DESKS: Final = frozenset({"clerk", "medical_record", "cashier", "complaints_officer", "admin"})
_EVERYONE: Final = _READERS | _REQUESTERS | _DESKS | {"pharmacist"}

RIGHTS: Final[dict[str, frozenset[str]]] = {
    "order.list": _READERS,
    "order.open": _READERS,
    "order.decide": _ANALYST,
    "specimen.handle": _ANALYST,
    "result.enter": _ANALYST,
    "result.release": _ANALYST,
    #: The unit that asked reads its own result, also what the bus does not carry.
    "result.open": _READERS | _REQUESTERS,
    "test.list": _READERS | _REQUESTERS,
    "summary.open": _EVERYONE,
}


def check_reader(roles: frozenset[str], units: frozenset[str], origin_unit: str) -> None:
    """A released result is for the laboratory, the head, and the unit that asked."""
    if roles & _READERS or "*" in units or origin_unit in units:
        return
    raise Forbidden("Hasil ini milik unit lain")
