"""Links: what one service was told stands in its tables, and what stands there was asked for.

Orders, prescriptions and patients have one id everywhere, and it is the key of their events.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from chassis.tables import inbox, outbox
from contracts.catalog import EVENTS
from contracts.clinical import (
    EncounterCompletedV1,
    LabRequestCancelledV1,
    LabRequestedV1,
    PrescriptionCancelledV1,
    PrescriptionIssuedV1,
)
from contracts.complaints import ComplaintReceivedV1
from contracts.envelope import Event
from contracts.lab import OrderReceivedV1, OrderRejectedV1, ResultReleasedV1
from contracts.pharmacy import (
    PrescriptionDispensedV1,
    PrescriptionReceivedV1,
    PrescriptionRejectedV1,
)
from contracts.registration import (
    PatientRegisteredV1,
    PatientRoutedV1,
    PatientUpdatedV1,
    QueueTicketIssuedV1,
    VisitOpenedV1,
)
from deploy.check.places import Visits
from deploy.check.reading import Databases, rows_of, values_of
from deploy.check.report import Report
from services.clinical import models as clinical
from services.complaints import models as complaints
from services.lab import models as lab
from services.pharmacy import models as pharmacy
from services.registration import models as registration
from services.registration.domain import visits
from services.registration.domain.visits import ENCOUNTER, LAB_ORDER, PRESCRIPTION


class Ids(NamedTuple):
    """Ids in a table of a service, those `where` it says so."""

    service: str
    column: sa.Column[Any]
    where: Any = sa.true()

    @property
    def statement(self) -> sa.Select[Any]:
        return sa.select(self.column).where(self.where)

    @property
    def table(self) -> str:
        return str(self.column.table.name)


def _owed(kind: str) -> Ids:
    owed = registration.obligation.c
    return Ids("registration", owed.ref_id, owed.kind == kind)


_TICKETS = Ids("registration", registration.ticket.c.id)
_PATIENTS = Ids("registration", registration.patient.c.id)
_VISITS = Ids("registration", registration.visit.c.id)
_ROUTES = Ids("registration", registration.route.c.visit_id)
_LAB_REQUESTS = Ids("clinical", clinical.lab_request.c.id)
_PRESCRIBED = Ids("clinical", clinical.prescription.c.id)
_RESULTS = Ids("clinical", clinical.lab_result.c.order_id)
_NOTICES = Ids("clinical", clinical.unit_notice.c.id)
_ORDERS = Ids("lab", lab.lab_order.c.id)
_RX = pharmacy.prescription.c
_PRESCRIPTIONS = Ids("pharmacy", _RX.id)
_COMPLAINTS = Ids("complaints", complaints.complaint.c.id)
_KNOWN = (
    Ids("clinical", clinical.patient.c.id),
    Ids("lab", lab.patient.c.id),
    Ids("pharmacy", pharmacy.patient.c.id),
)


def _settled(kind: str) -> Ids:
    owed = registration.obligation.c
    return Ids("registration", owed.ref_id, (owed.kind == kind) & (owed.state != "open"))


#: An order that was taken back is over, unless it was on the instrument by then.
_ORDERS_ENDING = _ORDERS._replace(
    where=lab.lab_order.c.closed_at.is_not(None)
    | lab.lab_order.c.state.in_(("in_analysis", "validated"))
)

#: Where an event that was handled must have left its key.
EFFECTS: Sequence[tuple[type[Event], Ids]] = (
    *((PatientRegisteredV1, patients) for patients in _KNOWN),
    *((PatientUpdatedV1, patients) for patients in _KNOWN),
    (LabRequestedV1, _ORDERS),
    (LabRequestedV1, _owed(LAB_ORDER)),
    (LabRequestCancelledV1, _ORDERS_ENDING),
    (LabRequestCancelledV1, _settled(LAB_ORDER)),
    (OrderRejectedV1, _owed(LAB_ORDER)),
    (ResultReleasedV1, _owed(LAB_ORDER)),
    (ResultReleasedV1, _RESULTS),
    (PrescriptionIssuedV1, _PRESCRIPTIONS),
    (PrescriptionIssuedV1, _owed(PRESCRIPTION)),
    (PrescriptionCancelledV1, Ids("pharmacy", _RX.id, _RX.closed_at.is_not(None))),
    (PrescriptionCancelledV1, _settled(PRESCRIPTION)),
    (PrescriptionRejectedV1, _owed(PRESCRIPTION)),
    (PrescriptionDispensedV1, _owed(PRESCRIPTION)),
)

#: Whatever stands in the first stands in the second too.
ORIGINS: Sequence[tuple[Ids, Ids]] = (
    *((patients, _PATIENTS) for patients in _KNOWN),
    (_VISITS, _owed(ENCOUNTER)),
    (_ORDERS, _LAB_REQUESTS),
    (_RESULTS, _LAB_REQUESTS),
    (_owed(LAB_ORDER), _LAB_REQUESTS),
    (_PRESCRIPTIONS, _PRESCRIBED),
    (_owed(PRESCRIPTION), _PRESCRIBED),
    (_NOTICES, _COMPLAINTS),
)


def _in_state(ids: Ids, state: str) -> Ids:
    return ids._replace(where=ids.column.table.c.state == state)


#: What a service wrote down and must have told, at least as often.
TOLD: Sequence[tuple[Ids, type[Event]]] = (
    (_TICKETS, QueueTicketIssuedV1),
    (_PATIENTS, PatientRegisteredV1),
    (_VISITS, VisitOpenedV1),
    (_ROUTES, PatientRoutedV1),
    *(
        (_in_state(_VISITS, end), EVENTS[f"registration.visit.{end}.v1"])
        for end in sorted(visits.MACHINE.terminal)
    ),
    (_LAB_REQUESTS, LabRequestedV1),
    (_PRESCRIBED, PrescriptionIssuedV1),
    (_in_state(_LAB_REQUESTS, "cancelled"), LabRequestCancelledV1),
    (_in_state(_PRESCRIBED, "cancelled"), PrescriptionCancelledV1),
    (
        Ids("clinical", clinical.encounter.c.visit_id, clinical.encounter.c.state == "completed"),
        EncounterCompletedV1,
    ),
    (_ORDERS, OrderReceivedV1),
    (_in_state(_ORDERS, "rejected"), OrderRejectedV1),
    (_ORDERS._replace(where=lab.lab_order.c.released_at.is_not(None)), ResultReleasedV1),
    (_PRESCRIPTIONS, PrescriptionReceivedV1),
    (_in_state(_PRESCRIPTIONS, "dispensed"), PrescriptionDispensedV1),
    (_in_state(_PRESCRIPTIONS, "rejected"), PrescriptionRejectedV1),
    (_COMPLAINTS, ComplaintReceivedV1),
)

#: Rows that belong to a visit.
OF_A_VISIT: Sequence[tuple[str, sa.Table]] = (
    ("registration", registration.route),
    ("registration", registration.obligation),
    ("clinical", clinical.encounter),
    ("clinical", clinical.assessment),
    ("clinical", clinical.lab_request),
    ("clinical", clinical.lab_result),
    ("clinical", clinical.prescription),
    ("lab", lab.lab_order),
    ("pharmacy", pharmacy.prescription),
)


async def check_links(databases: Databases, known: Visits, report: Report) -> None:
    for event, made in EFFECTS:
        await _check_effect(databases, event, made, report)
    for ids, origin in ORIGINS:
        await _check_origin(databases, ids, origin, report)
    for ids, event in TOLD:
        await _check_told(databases, ids, event, report)
    for service, table in OF_A_VISIT:
        await _check_visit(databases, service, table, known, report)


async def _check_effect(
    databases: Databases, event: type[Event], made: Ids, report: Report
) -> None:
    database = databases[made.service]
    handled = sa.select(inbox.c.partitionkey).where(inbox.c.type == event.type)
    there = {str(each) for each in await values_of(database, made.statement)}
    missing = set(await values_of(database, handled)) - there
    detail = f"{event.type} was handled, but {made.table} has no such row"
    report.blame("no_effect", made.service, sorted(missing), detail)


async def _check_origin(databases: Databases, ids: Ids, origin: Ids, report: Report) -> None:
    known = set(await values_of(databases[origin.service], origin.statement))
    strange = set(await values_of(databases[ids.service], ids.statement)) - known
    detail = f"{ids.table}, but {origin.service} has no such {origin.table}"
    report.blame("no_origin", ids.service, sorted(strange), detail)


async def _check_told(databases: Databases, ids: Ids, event: type[Event], report: Report) -> None:
    database = databases[ids.service]
    said = sa.select(outbox.c.partitionkey).where(outbox.c.type == event.type)
    events = Counter(await values_of(database, said))
    rows = Counter(str(each) for each in await values_of(database, ids.statement))
    detail = f"{ids.table}, but {event.type} was never produced"
    report.blame("untold", ids.service, sorted(rows - events), detail)


async def _check_visit(
    databases: Databases, service: str, table: sa.Table, known: Visits, report: Report
) -> None:
    """Whatever belongs to a visit belongs to one that exists, its patient and its centre."""
    patient = table.c.patient_id if "patient_id" in table.c else sa.null().label("patient_id")
    own_id = table.c.id if "id" in table.c else table.c.visit_id.label("id")
    statement = sa.select(own_id, table.c.visit_id, table.c.facility, patient)
    for row in await rows_of(databases[service], statement):
        visit = known.get(row.visit_id)
        if visit is None:
            detail = f"{table.name} of visit {row.visit_id}, which nobody knows"
        elif row.facility != visit.facility or row.patient_id not in (None, visit.patient_id):
            detail = f"{table.name} of another patient or centre than visit {row.visit_id}"
        else:
            continue
        report.blame("stray", service, [row.id], detail)
