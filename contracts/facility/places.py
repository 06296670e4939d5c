"""Where a profile sends people: every unit it names exists, is of the right kind, and is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from contracts.facility.units import UnitKind

if TYPE_CHECKING:
    from contracts.facility.profile import Facility

#: The generic visit walks through these; every centre has at least one of each.
NEEDED: Final = (UnitKind.DESK, UnitKind.EMERGENCY, UnitKind.LAB, UnitKind.PHARMACY)

_CARE: Final = frozenset({UnitKind.CLINICAL})
_BIRTH: Final = frozenset({UnitKind.DELIVERY})
_EMERGENCY: Final = frozenset({UnitKind.EMERGENCY})
_REFERRAL: Final = frozenset({UnitKind.LAB}) | _CARE | _BIRTH | _EMERGENCY
_ANY: Final = frozenset(UnitKind)

#: A key that names a unit, the unit, and the kinds it may be of.
Named = tuple[str, str | None, frozenset[UnitKind]]


def wrong_places(facility: Facility) -> Iterator[str]:
    for kind in NEEDED:
        if not facility.units_of(kind):
            yield f"units: no unit of kind {kind.value!r}; a visit needs one"
    for key, code, kinds in _named(facility):
        if code is not None and (fault := _fault(facility, code, kinds)):
            yield f"{key}: unit {code!r} {fault}"
    yield from _wrong_points(facility)


def _fault(facility: Facility, code: str, kinds: frozenset[UnitKind]) -> str | None:
    unit = facility.unit(code)
    if unit is None:
        return "is not in units"
    if unit.kind not in kinds:
        wanted = " or ".join(sorted(kinds))
        return f"is of kind {unit.kind.value!r}; here stands one of kind {wanted}"
    return None if unit.routable or kinds == _ANY else "is not routable: nobody can be sent there"


def _named(facility: Facility) -> Iterator[Named]:
    routing, programmes = facility.routing, facility.programmes
    yield "routing.emergency", routing.emergency, _EMERGENCY
    yield "routing.maternity", routing.maternity, _CARE | _BIRTH
    yield "routing.delivery", routing.delivery, _BIRTH
    yield from _each("routing.by_age", [rule.unit for rule in routing.by_age], _CARE, ".unit")
    yield from _each("routing.route", routing.route, _CARE | {UnitKind.DESK})
    for number, time in enumerate(facility.times):
        yield from _each(f"times.{number}.units", time.units, _ANY)
    yield "programmes.lactation_visitors", programmes.lactation_visitors, _CARE
    if programmes.family_planning:
        yield "programmes.family_planning.unit", programmes.family_planning.unit, _CARE
    if programmes.immunization:
        yield "programmes.immunization.unit", programmes.immunization.unit, _CARE
    if programmes.internal_referral:
        targets = programmes.internal_referral.targets
        yield from _each("programmes.internal_referral.targets", targets, _REFERRAL)


def _each(
    key: str, codes: Iterable[str], kinds: frozenset[UnitKind], end: str = ""
) -> Iterator[Named]:
    for number, code in enumerate(codes):
        yield f"{key}.{number}{end}", code, kinds


def _wrong_points(facility: Facility) -> Iterator[str]:
    """Service points: one prefix each, and a queue machine where the profile speaks of one."""
    prefixes = [point.prefix for point in facility.service_points]
    for number, prefix in enumerate(prefixes):
        if prefix in prefixes[:number]:
            yield f"service_points.{number}.prefix: {prefix!r} is another point's already"
    machines = [point.returning for point in facility.service_points]
    if all(machines):
        yield "service_points: all are for returning patients; a new one needs a number too"
    elif any(machines) and facility.intake.returning == "desk":
        where = machines.index(True)
        yield f"service_points.{where}.returning: returning patients begin at the desk"
    if not any(machines) and facility.intake.returning == "queue_machine":
        yield "intake.returning: no service point is for returning patients at the machine"
    if not any(machines) and facility.programmes.survey:
        yield "programmes.survey.device: no service point is a queue machine (returning: true)"
