"""What each simulated visit will need: the routes of the profile, in seeded proportions."""

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

from deploy.simulate.people import Person, invent


@dataclass(frozen=True)
class Route:
    """A kind of visit. `months`: the age of the patient; `tests`: LOINC codes to request."""

    name: str
    share: int
    months: tuple[int, int]
    complaint: str
    icd10: str
    tests: tuple[str, ...] = ()
    drugs: tuple[tuple[str, int], ...] = ()

    @property
    def is_child(self) -> bool:
        return self.months[1] < 12 * 12


ROUTES = (
    Route("child, laboratory and prescription", 30, (8, 36), "Pucat dan demam tiga hari", "D50.9",
          ("718-7",), (("paracetamol_120_syr", 1), ("zinc_20", 10))),
    Route("child, prescription", 20, (12, 110), "Batuk pilek dua hari", "J06.9",
          (), (("paracetamol_120_syr", 1),)),
    Route("adult, laboratory", 20, (20 * 12, 55 * 12), "Sering haus dan lemas", "R73.9",
          ("2339-0",)),
    Route("adult, prescription", 20, (20 * 12, 75 * 12), "Sakit kepala", "R51",
          (), (("paracetamol_500_tab", 10),)),
    Route("adult, nothing requested", 10, (18 * 12, 59 * 12), "Kontrol tekanan darah", "Z01.3"),
)  # fmt: skip

#: Plausible results by LOINC: mean and spread.
RESULTS = {"718-7": (11.8, 1.2), "2339-0": (118.0, 22.0)}


@dataclass(frozen=True)
class Plan:
    """One visit, decided before it begins, so that the order of events cannot change it."""

    route: Route
    person: Person
    returning: bool
    vitals: dict[str, float]
    results: dict[str, float]


def plan_visit(seed: int, index: int, today: date) -> Plan:
    rng = random.Random(f"{seed}/{index}")
    route = rng.choices(ROUTES, [each.share for each in ROUTES])[0]
    person = invent(rng, today, route.months, serial=seed * 7919 + index)
    results = {code: round(max(2.0, rng.gauss(*RESULTS[code])), 1) for code in route.tests}
    return Plan(route, person, rng.random() < 0.15, _vitals(rng, route, person, today), results)


def _vitals(rng: random.Random, route: Route, person: Person, today: date) -> dict[str, float]:
    """LOINC to value: what a room measures at this age."""
    seen = {"8310-5": round(rng.gauss(37.1, 0.6), 1), "8867-4": float(rng.randint(70, 115))}
    if not route.is_child:
        return seen | {
            "8480-6": float(rng.randint(105, 150)),
            "8462-4": float(rng.randint(65, 95)),
            "29463-7": round(rng.uniform(45, 85), 1),
        }
    months = (today - person.birth_date).days / 30.44
    weight = 4.5 + months * 0.42 if months < 24 else 12 + (months - 24) * 0.19
    length = 58 + months * 1.3 if months < 24 else 86 + (months - 24) * 0.58
    measure = "8306-3" if months < 24 else "8302-2"
    return seen | {
        "29463-7": round(weight * rng.uniform(0.93, 1.07), 1),
        measure: round(length * rng.uniform(0.98, 1.02), 1),
    }


def as_body(plan: Plan, known: frozenset[str]) -> dict[str, Any]:
    """The assessment as a room sends it, with the measurements the profile knows."""
    return {
        "complaint": plan.route.complaint,
        "history": "Simulasi",
        "observations": {code: value for code, value in plan.vitals.items() if code in known},
    }
