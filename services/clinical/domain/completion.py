"""When a unit is done with a patient: nothing it asked for is open, and it says what it found."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from chassis.errors import Conflict

from . import laboratory, requests

CareCategory = Literal["promotive", "preventive", "curative", "rehabilitative"]
Disposition = Literal["home", "follow_up"]
CARE_CATEGORIES: Final[tuple[CareCategory, ...]] = (
    "promotive",
    "preventive",
    "curative",
    "rehabilitative",
)


class ObligationsOpen(Conflict):
    code = "obligations_open"


class EncounterClosed(Conflict):
    code = "encounter_closed"


class NotPresent(Conflict):
    code = "patient_not_called"


class LabOrder(NamedTuple):
    """What the rule needs of a lab request."""

    state: str
    tests: tuple[str, ...]


class Open(NamedTuple):
    """Names of what has not come back, and of results nobody has read."""

    outstanding: tuple[str, ...]
    unread: tuple[str, ...]


def open_obligations(orders: Sequence[LabOrder]) -> Open:
    return Open(
        tuple(_names(order) for order in orders if requests.LAB.outstanding(order.state)),
        tuple(_names(order) for order in orders if order.state == "returned"),
    )


def require_nothing_open(orders: Sequence[LabOrder]) -> None:
    outstanding, unread = open_obligations(orders)
    if outstanding:
        raise ObligationsOpen(
            "%(count)s permintaan belum kembali: %(what)s",
            count=len(outstanding),
            what="; ".join(outstanding),
        )
    if unread:
        raise ObligationsOpen(
            "%(count)s hasil belum dibaca: %(what)s",
            count=len(unread),
            what="; ".join(unread),
        )


def _names(order: LabOrder) -> str:
    return ", ".join(laboratory.name(loinc) for loinc in order.tests)
