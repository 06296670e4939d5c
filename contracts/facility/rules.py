"""What a profile may not say against itself, and what an operator should know about it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from contracts.facility import ages, places
from contracts.facility.part import Part
from contracts.facility.vitals import wrong_vitals
from contracts.values import PriorityClass

if TYPE_CHECKING:
    from contracts.facility.profile import Facility


class ContradictionError(ValueError):
    """Every contradiction of a profile at once, each as `key: sentence`."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("; ".join(found))
        self.found = found


def contradictions(facility: Facility) -> list[str]:
    """What a profile says against itself, each as a sentence that names the key to mend."""
    return [
        *_repeated(facility, ""),
        *places.wrong_places(facility),
        *ages.wrong_ages(facility),
        *wrong_vitals(facility),
        *_wrong_payment(facility),
        *_wrong_values(facility),
    ]


def notices(facility: Facility) -> list[str]:
    """Oddities that are kept as the procedure says them, and settings that are still open."""
    found = [
        f"times.{number}: the steps of {time.service!r} add up to {time.required_minutes} minutes, "
        f"more than the promised {time.total}; both are kept"
        for number, time in enumerate(facility.times)
        if time.required_minutes > time.total
    ]
    if facility.payment.timing is None:
        found.append("payment.timing: the procedure does not say when general patients pay")
    elif facility.payment.timing != "free":
        found.append(
            f"payment.timing: {facility.payment.timing!r} holds nobody yet; "
            "the cashier is still to come"
        )
    return found


def _repeated(part: Part, path: str) -> Iterator[str]:
    """Whatever stands twice in a list, at any depth."""
    for name, value in part:
        key = f"{path}{name}"
        if isinstance(value, Part):
            yield from _repeated(value, f"{key}.")
        if not isinstance(value, tuple):
            continue
        names = [_name(item) for item in value]
        for number, item in enumerate(value):
            if names[number] and names[number] in names[:number]:
                yield f"{key}.{number}: {names[number]!r} is listed already"
            if isinstance(item, Part):
                yield from _repeated(item, f"{key}.{number}.")


def _name(item: object) -> str | None:
    """What tells the items of a list apart."""
    if isinstance(item, str):
        return str(item)
    names = (getattr(item, key, None) for key in ("code", "service", "loinc"))
    return next((name for name in names if name), None)


def _wrong_payment(facility: Facility) -> Iterator[str]:
    payment = facility.payment
    if payment.timing == "free":
        for key in ("cashier", "legal_basis", "surcharge"):
            if getattr(payment, key):
                yield f"payment.{key}: a free service has none"
    elif payment.timing and not payment.legal_basis:
        yield "payment.timing: who pays is charged by a regulation; name it as legal_basis"


def _wrong_values(facility: Facility) -> Iterator[str]:
    if facility.timezone not in available_timezones():
        yield f"timezone: {facility.timezone!r} is not an IANA time zone, such as Asia/Jakarta"
    for number, priority in enumerate(facility.queue.priority):
        if priority in (PriorityClass.REGULAR, PriorityClass.EMERGENCY):
            yield f"queue.priority.{number}: {priority.value!r} has its place already"
    for number, time in enumerate(facility.times):
        for step in time.optional_steps:
            if step not in time.steps:
                yield f"times.{number}.optional_steps: {step!r} is not a step"
    for (name, days), (following, more) in pairwise(facility.complaints.clocks):
        if days > more:
            yield f"complaints.{name}: {days} days are more than the {more} of {following}"
