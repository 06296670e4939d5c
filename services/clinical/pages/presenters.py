"""What the templates show: choices, the trail of a visit, and who the page is for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from chassis.edge import Edge
from contracts.facility import Facility
from contracts.formulary import DRUGS
from contracts.lab_tests import TESTS
from contracts.values import ZScore

from .. import domain
from ..use_cases import Record

StepState = Literal["done", "now", ""]


@dataclass(frozen=True)
class TrailStep:
    """`code` is put into words by the template; `clock` or `waited` is its note."""

    code: str
    state: StepState
    clock: datetime | None = None
    waited: timedelta | None = None


def clinician(edge: Edge) -> domain.Clinician:
    return domain.Clinician(edge.who.staff_id, edge.who.name, edge.who.units)


def may(edge: Edge, right: str) -> bool:
    return bool(edge.who.roles & domain.RIGHTS[right])


def unit_names(facility: Facility) -> dict[str, str]:
    return {unit.code: unit.name for unit in facility.units}


def forms(facility: Facility, language: str) -> dict[str, Any]:
    """The choices of the encounter's forms."""
    return {
        "vitals": facility.vitals,
        "tests": [(test.loinc, test.name) for test in TESTS.values()],
        "drugs": [(drug.code, drug.label.said(language)) for drug in DRUGS.values()],
        "categories": domain.completion.CARE_CATEGORIES,
        "rows": range(3),
    }


def doubtful(record: Record) -> tuple[str, ...]:
    """The z-scores of the newest assessment that nobody should believe."""
    newest = record.assessments[0].zscores if record.assessments else ()
    return domain.growth.doubtful(ZScore.model_validate(score) for score in newest)


def trail(record: Record) -> list[TrailStep]:
    """The way of the visit so far and what is still to come."""
    entry, encounter = record.entry, record.encounter
    called = entry.called_at is not None or encounter is not None
    waited = (entry.called_at or record.at) - entry.routed_at
    verified = bool(encounter and encounter.identity_match)
    examined = bool(encounter and encounter.assessment_version)
    finished = bool(encounter and encounter.state == "completed")
    steps = [
        TrailStep("registered", "done", clock=entry.first_routed_at),
        TrailStep("waiting", "done" if called else "now", waited=waited),
        TrailStep("identity", _state(verified, called)),
        TrailStep("assessment", _state(examined, verified)),
    ]
    if any(domain.requests.stands(order.state) for order in record.lab_requests):
        back = not record.obstacles.outstanding
        steps.append(TrailStep("lab", _state(back, True)))
    steps.append(TrailStep("management", _state(finished, examined)))
    if any(rx.state != domain.requests.CANCELLED for rx in record.prescriptions):
        waits = any(domain.requests.PRESCRIPTION.outstanding(rx.row.state)
                    for rx in record.prescriptions)  # fmt: skip
        handed = not waits and not record.obstacles.rejected
        steps.append(TrailStep("pharmacy", _state(handed, finished)))
    return [*steps, TrailStep("home", _state(entry.state == "closed", False))]


def _state(done: bool, now: bool) -> StepState:
    return "done" if done else "now" if now else ""
