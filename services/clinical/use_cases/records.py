"""The record of one visit as a room sees it: put together once for the page and the API."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.work import Row, Work

from .. import store
from ..domain import completion, laboratory, requests, rights, vitals
from ..domain.stay import Encounter, Entry, Patient, Stay, is_present


@dataclass(frozen=True)
class Sent:
    """A request with the state its sender sees, and whether the answer is overdue.

    `cancellable`: the unit may still take it back.
    """

    row: Row
    state: str
    overdue: bool
    cancellable: bool = False
    results: list[Row] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def names(self) -> list[str]:
        return [laboratory.name(loinc) for loinc in self.row.tests]

    @property
    def unread(self) -> bool:
        return bool(self.row.result_version > self.row.read_version)


@dataclass(frozen=True)
class Record:
    """`obstacles`: what keeps the unit from completing, in words for `outstanding` and `unread`."""

    visit_id: UUID
    at: datetime
    entry: Entry
    patient: Patient | None
    age_days: int | None
    age_months: int | None
    encounter: Encounter | None
    assessments: list[Row]
    lab_requests: list[Sent]
    prescriptions: list[Sent]
    obstacles: completion.Open

    @property
    def version(self) -> int | None:
        return self.encounter.version if self.encounter else None

    @property
    def state(self) -> str:
        return self.entry.state

    @property
    def is_present(self) -> bool:
        """The patient is in the room of the encounter that is shown."""
        return self.encounter is not None and is_present(self.entry, self.encounter)

    @property
    def is_over(self) -> bool:
        """The visit has ended: nothing is added to its record."""
        return self.entry.state not in rights.OPEN_STATES


async def read(work: Work, stay: Stay, encounter: Encounter | None) -> Record:
    """Everything about the visit; `encounter` is the one in focus."""
    visit_id = stay.entry.id
    orders = await store.lab_requests(work, visit_id)
    results = await store.results(work, visit_id) if orders else []
    written = await store.prescriptions(work, visit_id)
    today = vitals.today(work.at, work.facility)
    birth = stay.patient.birth_date if stay.patient else None
    return Record(
        visit_id=visit_id,
        at=work.at,
        entry=stay.entry,
        patient=stay.patient,
        age_days=_age(vitals.age_days, birth, today),
        age_months=_age(vitals.age_months, birth, today),
        encounter=encounter,
        assessments=list(await store.assessments(work, visit_id)),
        lab_requests=[_order(work, row, results) for row in orders],
        prescriptions=[_sent(work, requests.PRESCRIPTION, row, row.issued_at) for row in written],
        obstacles=completion.open_obligations(
            obligations(orders, encounter), prescribed(written, encounter)
        ),
    )


def obligations(orders: Sequence[Row], encounter: Encounter | None) -> list[completion.LabOrder]:
    """What this unit asked the laboratory for."""
    return [
        completion.LabOrder(row.state, tuple(row.tests))
        for row in orders
        if encounter is not None and row.encounter_id == encounter.id
    ]


def prescribed(rows: Sequence[Row], encounter: Encounter | None) -> list[completion.Prescribed]:
    """What this unit prescribed."""
    return [
        completion.Prescribed(
            row.state, tuple(item["drug_code"] for item in row.items), row.issued_at, row.state_at
        )
        for row in rows
        if encounter is not None and row.encounter_id == encounter.id
    ]


def _age(count: Any, birth: date | None, today: date) -> int | None:
    return int(count(birth, today)) if birth else None


def _order(work: Work, row: Row, results: Sequence[Row]) -> Sent:
    mine = [result for result in results if result.order_id == row.id]
    return _sent(work, requests.LAB, row, row.requested_at, mine)


def _sent(
    work: Work,
    path: requests.Path,
    row: Row,
    since: datetime,
    results: Sequence[Row] = (),
) -> Sent:
    longest = requests.longest_answer(work.facility, path)
    late = requests.overdue(path, row.state, since, work.at, longest)
    shown = requests.shown(row.state, bool(row.published))
    return Sent(row, shown, late, row.state in path.cancellable, list(results))
