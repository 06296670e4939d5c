"""Places: registration and the rooms agree where each patient is, and it is one place."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from chassis.database import Database
from chassis.tables import outbox, parked
from contracts.catalog import handled_by
from contracts.registration import PatientRoutedV1
from deploy.check.aside import STANDS_ASIDE
from deploy.check.reading import Databases, rows_among, rows_of
from deploy.check.report import Report
from services.clinical import models as clinical
from services.clinical.domain.rights import OPEN_STATES
from services.registration import models as registration
from services.registration.domain.visits import is_terminal

Visit = sa.Row[Any]
Visits = Mapping[UUID, Visit]

_VISIT, _ROUTE = registration.visit.c, registration.route.c
_ENTRY = clinical.worklist_entry.c

#: The events that place a patient in the rooms: a route, or any end of the visit.
_PLACING = (
    PatientRoutedV1.type,
    *(type_ for type_ in handled_by("clinical") if type_.startswith("registration.visit.")),
)


class Place(NamedTuple):
    unit: str
    route_seq: int
    is_open: bool

    def __str__(self) -> str:
        return f"{self.unit} (route {self.route_seq}{'' if self.is_open else ', over'})"


async def visits_of(database: Database) -> Visits:
    """Every visit, with the unit of its newest route and how many routes it has."""
    routes = (
        sa.select(_ROUTE.visit_id, sa.func.count().label("routes"))
        .group_by(_ROUTE.visit_id)
        .subquery()
    )
    newest = (_ROUTE.visit_id == _VISIT.id) & (_ROUTE.route_seq == _VISIT.route_seq)
    facts = (_VISIT.id, _VISIT.facility, _VISIT.patient_id, _VISIT.state, _VISIT.unit)
    statement = (
        sa.select(*facts, _VISIT.route_seq, _VISIT.closed_at, _ROUTE.to_unit, routes.c.routes)
        .outerjoin(registration.route, newest)
        .outerjoin(routes, routes.c.visit_id == _VISIT.id)
    )
    return {row.id: row for row in await rows_of(database, statement)}


async def check_places(databases: Databases, visits: Visits, report: Report) -> None:
    for visit in visits.values():
        _agrees_with_itself(visit, report)
    await _check_one_visit_each(databases["registration"], report)
    columns = (_ENTRY.id, _ENTRY.facility, _ENTRY.patient_id, _ENTRY.unit, _ENTRY.route_seq)
    seen = await rows_of(databases["clinical"], sa.select(*columns, _ENTRY.state))
    entries = {row.id: row for row in seen}
    told = await _told_so_far(databases)
    for visit_id, visit in visits.items():
        expected = told.get(str(visit_id), _place_of(visit))
        _compare(visit, expected, entries.get(visit_id), report)
    strays = [visit_id for visit_id in entries if visit_id not in visits]
    report.blame("place", "clinical", strays, "registration knows no such visit")


def _place_of(visit: Visit) -> Place:
    return Place(visit.unit, visit.route_seq, visit.closed_at is None)


def _agrees_with_itself(visit: Visit, report: Report) -> None:
    if is_terminal(visit.state) != (visit.closed_at is not None):
        detail = f"{visit.state}, but {'has' if visit.closed_at else 'has no'} end"
        report.blame("place", "registration", [visit.id], detail)
    if visit.to_unit != visit.unit or visit.routes != visit.route_seq:
        routed = f"{visit.routes or 0} routes, the newest to {visit.to_unit}"
        detail = f"in {visit.unit} (route {visit.route_seq}), but {routed}"
        report.blame("place", "registration", [visit.id], detail)


async def _check_one_visit_each(database: Database, report: Report) -> None:
    twice = (
        sa.select(_VISIT.patient_id)
        .where(_VISIT.closed_at.is_(None))
        .group_by(_VISIT.facility, _VISIT.patient_id)
        .having(sa.func.count() > 1)
    )
    doubled = [row.patient_id for row in await rows_of(database, twice)]
    report.blame("two_places", "registration", doubled, "patient with two open visits")


def _compare(visit: Visit, expected: Place | None, entry: Any, report: Report) -> None:
    """The rooms see the patient where they were told, and see the same patient."""
    seen = entry and Place(entry.unit, entry.route_seq, entry.state in OPEN_STATES)
    if seen != expected:
        detail = f"should be in {expected or 'no room'}, the rooms say {seen or 'unknown'}"
        report.blame("place", "clinical", [visit.id], detail)
    elif entry and (entry.patient_id, entry.facility) != (visit.patient_id, visit.facility):
        detail = f"patient {visit.patient_id} of {visit.facility}, in the rooms another"
        report.blame("place", "clinical", [visit.id], detail)


async def _told_so_far(databases: Databases) -> dict[str, Place | None]:
    """Where the rooms must see visits that have messages aside: what the other messages say."""
    mine = (parked.c.source == "registration") & parked.c.type.in_(_PLACING)
    aside = sa.select(parked.c.event_id, parked.c.partitionkey).where(STANDS_ASIDE, mine)
    unheard = dict(map(tuple, await rows_of(databases["clinical"], aside)))
    columns = (outbox.c.event_id, outbox.c.type, outbox.c.partitionkey, outbox.c.data)
    events = sa.select(*columns).where(outbox.c.type.in_(_PLACING)).order_by(outbox.c.sequence)
    keys = sorted(set(unheard.values()))
    places: dict[str, Place | None] = dict.fromkeys(keys)
    for event in await rows_among(databases["registration"], events, outbox.c.partitionkey, keys):
        if event.event_id not in unheard:
            places[event.partitionkey] = _after(places[event.partitionkey], event)
    return places


def _after(place: Place | None, event: Any) -> Place | None:
    if event.type == PatientRoutedV1.type:
        routed = json.loads(event.data)
        return Place(routed["to_unit"], routed["route_seq"], True)
    return place and place._replace(is_open=False)
