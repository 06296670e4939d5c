"""What a profile may not say against itself, and what an operator should know about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from contracts.facility.units import UnitKind
from contracts.values import PriorityClass

if TYPE_CHECKING:
    from contracts.facility.profile import Facility

#: The generic visit walks through these; every centre has at least one of each.
NEEDED: Final = (UnitKind.DESK, UnitKind.EMERGENCY, UnitKind.LAB, UnitKind.PHARMACY)


class ContradictionError(ValueError):
    """Every contradiction of a profile at once, each as `key: sentence`."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("; ".join(found))
        self.found = found


def contradictions(facility: Facility) -> list[str]:
    """What a profile says against itself, each as a sentence that names the key to mend."""
    return [*_repeated(facility), *_unknown_units(facility), *_wrong_values(facility)]


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
    return found


def _repeated(facility: Facility) -> Iterator[str]:
    lists: dict[str, Iterable[str]] = {
        "units": (unit.code for unit in facility.units),
        "service_points": (point.code for point in facility.service_points),
        "service_points prefix": (point.prefix for point in facility.service_points),
        "queue.priority": facility.queue.priority,
        "times": (time.service for time in facility.times),
        "vitals": (vital.loinc for vital in facility.vitals),
        "complaints.channels": (channel.code for channel in facility.complaints.channels),
        "programmes.checklists": (item.code for item in facility.programmes.checklists),
    }
    for name, values in lists.items():
        key = name.removesuffix(" prefix")
        for value, count in Counter(values).items():
            if count > 1:
                yield f"{key}: {str(value)!r} is listed {count} times"


def _unknown_units(facility: Facility) -> Iterator[str]:
    routing, programmes = facility.routing, facility.programmes
    named: list[tuple[str, str | None]] = [
        ("routing.emergency", routing.emergency),
        ("routing.maternity", routing.maternity),
        ("routing.delivery", routing.delivery),
        *((f"routing.by_age.{n}.unit", rule.unit) for n, rule in enumerate(routing.by_age)),
        *((f"routing.route.{n}", code) for n, code in enumerate(routing.route)),
        ("programmes.lactation_visitors", programmes.lactation_visitors),
        *(
            (f"times.{n}.units.{m}", code)
            for n, time in enumerate(facility.times)
            for m, code in enumerate(time.units)
        ),
    ]
    if programmes.family_planning:
        named.append(("programmes.family_planning.unit", programmes.family_planning.unit))
    if programmes.immunization:
        named.append(("programmes.immunization.unit", programmes.immunization.unit))
    if programmes.internal_referral:
        key, targets = "programmes.internal_referral.targets", programmes.internal_referral.targets
        named += [(f"{key}.{n}", code) for n, code in enumerate(targets)]
    for key, code in named:
        if code is not None and facility.unit(code) is None:
            yield f"{key}: unit {code!r} is not in units"


def _wrong_values(facility: Facility) -> Iterator[str]:
    if facility.timezone not in available_timezones():
        yield f"timezone: {facility.timezone!r} is not an IANA time zone, such as Asia/Jakarta"
    for kind in NEEDED:
        if not facility.units_of(kind):
            yield f"units: no unit of kind {kind.value!r}; a visit needs one"
    limits = [rule.under_months for rule in facility.routing.by_age]
    bounded = [limit for limit in limits[:-1] if limit is not None]
    if limits[-1] is not None or len(bounded) != len(limits) - 1 or bounded != sorted({*bounded}):
        yield "routing.by_age: limits must rise, and only the last rule has none"
    for number, priority in enumerate(facility.queue.priority):
        if priority in (PriorityClass.REGULAR, PriorityClass.EMERGENCY):
            yield f"queue.priority.{number}: {priority.value!r} has its place already"
    if facility.payment.timing == "free" and facility.payment.legal_basis:
        yield "payment.legal_basis: a free service cites no tariff regulation"
    for number, vital in enumerate(facility.vitals):
        if vital.low >= vital.high:
            yield f"vitals.{number}: low {vital.low:g} is not below high {vital.high:g}"
    for number, time in enumerate(facility.times):
        for step in time.optional_steps:
            if step not in time.steps:
                yield f"times.{number}.optional_steps: {step!r} is not a step"
