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


class NoOpenVisit(Forbidden):
    code = "no_open_visit"


def check_reader(
    roles: frozenset[str], units: frozenset[str], origin_unit: str, *, over: bool
) -> None:
    """A released result is for the laboratory, the head, and the unit that asked.

    `over`: the visit has ended and the unit has read the result; then it is closed to the unit.
    """
    if roles & _READERS:
        return
    if "*" not in units and origin_unit not in units:
        raise Forbidden("Hasil ini milik unit lain")
    if over:
        raise NoOpenVisit(
            "Kunjungan ini sudah selesai; hasilnya tidak lagi terbuka untuk unit. "
            "Bila perlu, minta kepala puskesmas atau laboratorium"
        )
