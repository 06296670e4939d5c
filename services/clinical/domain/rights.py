"""Who may do what: role x unit x open visit, deny by default (PMK 24/2022 Art 29-30)."""

from dataclasses import dataclass
from typing import Final

from chassis.errors import Forbidden

CARERS: Final = frozenset({"nurse", "midwife", "doctor"})
STAFF: Final = CARERS | {
    "clerk",
    "medical_record",
    "analyst",
    "pharmacist",
    "complaints_officer",
    "head",
    "admin",
}

RIGHTS: Final[dict[str, frozenset[str]]] = {
    "unit.summary": STAFF,
    "worklist.list": CARERS,
    "worklist.call": CARERS,
    "encounter.open": CARERS,
    "encounter.identify": CARERS,
    "encounter.assess": CARERS,
    "lab.request": CARERS,
    "result.read": CARERS,
    "prescription.issue": CARERS,
    "encounter.complete": CARERS,
    "notice.list": CARERS | {"head"},
    "access.list": frozenset({"head", "admin"}),
}

#: Worklist states in which a visit is open; afterwards its record is closed to the rooms.
OPEN_STATES: Final = frozenset({"waiting", "called", "in_service", "absent", "away", "done"})


class NoUnit(Forbidden):
    code = "unit_forbidden"


class NoOpenVisit(Forbidden):
    code = "no_open_visit"


@dataclass(frozen=True)
class Clinician:
    """Who acts: `units` as in the token, `*` for every unit of the centre."""

    staff_id: str
    name: str
    units: frozenset[str]

    def works_in(self, unit: str) -> bool:
        return unit in self.units or "*" in self.units

    def require(self, unit: str) -> None:
        if not self.works_in(unit):
            raise NoUnit("Anda tidak bertugas di unit '%(unit)s'", unit=unit)


def require_access(
    clinician: Clinician, units: frozenset[str], state: str, *, unread: bool = False
) -> None:
    """A record is open to the rooms its open visit was routed to.

    `unread`: a result arrived after the visit ended; whoever asked for it may still read it.
    """
    if not any(clinician.works_in(unit) for unit in units):
        raise NoUnit("Pasien ini tidak diarahkan ke unit Anda")
    if state not in OPEN_STATES and not unread:
        raise NoOpenVisit("Kunjungan ini sudah selesai; berkasnya tidak lagi terbuka untuk unit")
