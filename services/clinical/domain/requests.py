"""The sender's view: how far a lab request or prescription has come, told by others' events."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chassis.errors import Conflict, IllegalTransition
from contracts.facility import Facility, UnitKind

from .rights import OPEN_STATES

REJECTED: Final = "rejected"
CANCELLED: Final = "cancelled"


class NothingToRead(Conflict):
    code = "no_unread_result"


class AlreadyBegun(Conflict):
    code = "already_begun"


@dataclass(frozen=True)
class Path:
    """The steps in their order; a request may be rejected from `rejectable` steps only.

    From `cancellable` states the unit may take it back. The other room may have been quicker: its
    `outcome` is a fact, and overtakes the cancellation.
    """

    name: str
    steps: tuple[str, ...]
    rejectable: frozenset[str]
    cancellable: frozenset[str]
    outcome: str
    #: From here on nothing is expected from the other room.
    answered: frozenset[str]
    #: The kind of room that answers.
    answerer: UnitKind

    def follow(self, state: str, fact: str) -> str:
        """The state after `fact`; one that comes late changes nothing, a contradiction raises."""
        if state == CANCELLED:
            return fact if fact == self.outcome else state
        if REJECTED in (state, fact):
            return self._rejected(state, fact)
        return max(state, fact, key=self.steps.index)

    def before(self, fact: str) -> frozenset[str]:
        """The states that `fact` moves on from."""
        if fact == REJECTED:
            return self.rejectable
        overtaken = {CANCELLED} if fact == self.outcome else set()
        return frozenset({*self.steps[: self.steps.index(fact)], *overtaken})

    def cancelled(self, state: str) -> str:
        """The state after the unit has taken the request back."""
        if state not in self.cancellable:
            raise AlreadyBegun(
                "Ini sudah dikerjakan atau sudah selesai, jadi tidak dapat ditarik lagi. Hubungi "
                "ruang yang mengerjakannya"
            )
        return CANCELLED

    def _rejected(self, state: str, fact: str) -> str:
        if {state, fact} - {REJECTED} <= self.rejectable:
            return REJECTED
        raise IllegalTransition("Kabar ini tidak cocok dengan keadaan permintaannya di ruang ini")

    def outstanding(self, state: str) -> bool:
        return state not in self.answered


LAB: Final = Path(
    "lab_request",
    ("requested", "received", "accepted", "in_progress", "returned", "read"),
    rejectable=frozenset({"requested", "received", "accepted", "in_progress"}),
    cancellable=frozenset({"requested", "received", "accepted"}),
    outcome="returned",
    answered=frozenset({"returned", "read", REJECTED, CANCELLED}),
    answerer=UnitKind.LAB,
)
PRESCRIPTION: Final = Path(
    "prescription",
    ("requested", "received", "reviewed", "prepared", "dispensed"),
    rejectable=frozenset({"requested", "received", "reviewed", "prepared"}),
    # One that was rejected is taken back where nothing is needed in its place.
    cancellable=frozenset({"requested", "received", REJECTED}),
    outcome="dispensed",
    answered=frozenset({"dispensed", REJECTED, CANCELLED}),
    answerer=UnitKind.PHARMACY,
)


def stands(state: str) -> bool:
    """Neither rejected nor taken back."""
    return state not in (REJECTED, CANCELLED)


def after_result(state: str, known: int, version: int) -> tuple[str, int]:
    """State and newest version after a result: a correction is unread again, a late one is kept."""
    if version <= known:
        return state, known
    LAB.follow(state, "returned")
    return "returned", version


def comes_after_care(visit_state: str | None, encounter_state: str | None) -> bool:
    """Nobody waits for this result any more: whoever asked must be told of it."""
    return visit_state not in OPEN_STATES or encounter_state == "completed"


def require_unread(known: int, read: int) -> None:
    if known <= read:
        raise NothingToRead("Tidak ada hasil baru untuk dibaca")


def shown(state: str, published: bool) -> str:
    """`waiting` to leave this room, or `sent` on the bus, until the other room answers."""
    if state != "requested":
        return state
    return "sent" if published else "waiting"


def longest_answer(facility: Facility, path: Path) -> timedelta | None:
    """After what time the profile calls an answer of the other room late; None: never."""
    minutes = facility.late_after_minutes(facility.units_of(path.answerer)[0].code)
    return None if minutes is None else timedelta(minutes=minutes)


def overdue(
    path: Path, state: str, since: datetime, at: datetime, longest: timedelta | None
) -> bool:
    """True where the answer takes longer than the profile says for the room that owes it."""
    return path.outstanding(state) and longest is not None and at - since > longest
