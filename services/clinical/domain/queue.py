"""The order of calling and the states of a worklist entry (DR-7.1: the payer is never asked)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from chassis.errors import Conflict, NotFound
from chassis.states import Machine
from contracts.bilingual import Bilingual
from contracts.facility import Facility, UnitKind

ROOMS: Final = (UnitKind.CLINICAL, UnitKind.EMERGENCY, UnitKind.DELIVERY)

#: Behind every class of the profile, whose ranks are 0 to 2.
RANK_BEHIND: Final = 3

ENTRY: Final = Machine(
    "worklist_entry",
    {
        ("waiting", "call"): "called",
        ("called", "call"): "called",
        ("absent", "call"): "called",
        ("called", "miss"): "waiting",
        ("called", "give_up"): "absent",
        ("called", "serve"): "in_service",
        ("in_service", "serve"): "in_service",
        ("waiting", "complete"): "done",
        ("called", "complete"): "done",
        ("in_service", "complete"): "done",
    },
    {
        "waiting": Bilingual("menunggu", "waiting"),
        "called": Bilingual("dipanggil", "called"),
        "in_service": Bilingual("sedang dilayani", "in service"),
        "absent": Bilingual("tidak hadir", "absent"),
        "done": Bilingual("selesai di unit ini", "done in this unit"),
        "away": Bilingual("di unit lain", "in another unit"),
        "closed": Bilingual("kunjungan selesai", "visit over"),
        "cancelled": Bilingual("kunjungan dibatalkan", "visit cancelled"),
    },
)


class QueueEmpty(NotFound):
    code = "queue_empty"


class CallsExhausted(Conflict):
    code = "max_calls_reached"


class CallInOrder(Conflict):
    code = "call_in_order"


class CallAgain(Conflict):
    code = "call_again_first"


class Place(NamedTuple):
    """Where an entry stands: the fields in the order they decide."""

    rank: int
    number: int
    routed_at: datetime
    visit_id: UUID


class Missed(NamedTuple):
    state: str
    rank: int
    missed: int


def calling_order(places: Iterable[Place]) -> list[Place]:
    """Rank of the profile, then number, then time: the same order the worklist query uses."""
    return sorted(places)


def state_on_arrival(facility: Facility, unit: str) -> str:
    """`waiting` in a room of ours; `away` anywhere else (laboratory, pharmacy, desk)."""
    known = facility.unit(unit)
    return "waiting" if known and known.kind in ROOMS else "away"


def require_recall(attempt: int, max_calls: int) -> None:
    if attempt >= max_calls:
        raise CallsExhausted(
            "Pasien sudah dipanggil %(attempt)s kali; tandai tidak hadir dahulu",
            attempt=attempt,
        )


def after_missed(state: str, rank: int, missed: int, attempt: int, max_calls: int) -> Missed:
    """Behind everybody once, off the calling order the second time; an emergency keeps its rank."""
    following = ENTRY.after(state, "miss" if missed == 0 else "give_up")
    if attempt < max_calls:
        raise CallAgain(
            "Baru dipanggil %(attempt)s dari %(max_calls)s kali; panggil sekali lagi",
            attempt=attempt,
            max_calls=max_calls,
        )
    return Missed(following, rank if rank == 0 else RANK_BEHIND, missed + 1)
