"""Queue tickets: their states, their order of calling, their number as people read it."""

from datetime import date, datetime
from typing import Final

from chassis.errors import Conflict, Invalid
from chassis.states import Machine
from contracts.bilingual import Bilingual
from contracts.facility import Facility, Queue, ServicePoint
from contracts.values import PriorityClass

MACHINE: Final = Machine(
    "QueueTicket",
    {
        ("issued", "call"): "called",
        ("issued", "serve"): "serving",
        ("issued", "void"): "void",
        ("called", "call"): "called",
        ("called", "serve"): "serving",
        ("called", "miss"): "missed",
        ("called", "expire"): "expired",
        ("missed", "requeue"): "called",
        ("missed", "expire"): "expired",
        ("serving", "finish"): "done",
    },
    {
        "issued": Bilingual("menunggu", "waiting"),
        "called": Bilingual("dipanggil", "called"),
        "serving": Bilingual("sedang dilayani", "being served"),
        "done": Bilingual("selesai", "done"),
        "missed": Bilingual("tidak hadir", "absent"),
        "expired": Bilingual("kedaluwarsa", "expired"),
        "void": Bilingual("dibatalkan", "void"),
    },
)

#: What a person may choose at the machine or desk; the other classes follow from the visit.
CHOOSABLE: Final = (PriorityClass.REGULAR, PriorityClass.ELDERLY, PriorityClass.DISABILITY)


def calling_order(queue: Queue, priority: PriorityClass, number: int) -> tuple[int, int]:
    """Sort key of a waiting person: class of the profile, then number.

    The payer is not an argument: patients are served in the order of their number without
    distinction of status (SOP/1036/2024, 7.1).
    """
    return queue.rank(priority), number


def ticket_no(prefix: str, number: int) -> str:
    return f"{prefix}-{number:03d}"


def chosen_class(facility: Facility, priority: PriorityClass) -> PriorityClass:
    """The class a ticket is printed with; emergencies and referrals cannot be chosen."""
    if priority not in CHOOSABLE or (
        priority is not PriorityClass.REGULAR and priority not in facility.queue.priority
    ):
        raise Invalid(
            "Golongan antrean '%(value)s' tidak dapat dipilih di sini",
            field="priority_class",
            value=priority.value,
        )
    return priority


def service_point(facility: Facility, code: str | None) -> ServicePoint:
    """The named service point, or the first one of the centre."""
    if code is None:
        return facility.service_points[0]
    for point in facility.service_points:
        if point.code == code:
            return point
    raise Invalid("Loket '%(code)s' tidak dikenal", field="service_point", code=code)


def after_miss(state: str, attempt: int, requeued: bool, queue: Queue) -> str:
    """The state of a called ticket whose holder did not come: once missed, then expired."""
    following = MACHINE.after(state, "expire" if requeued else "miss")
    if attempt < queue.max_calls and not requeued:
        raise Conflict(
            "Nomor baru dipanggil %(attempt)s kali: panggil sampai %(calls)s kali dahulu",
            attempt=attempt,
            calls=queue.max_calls,
        )
    return following


def local_date(facility: Facility, at: datetime) -> date:
    """The calendar day at the centre: numbers begin anew each day."""
    return at.astimezone(facility.zone).date()
