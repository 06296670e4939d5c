"""Simulated patients: the same ones for the same seed, plausible, and no two with one NIK."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.profiles import load
from contracts.facility import Facility
from contracts.formulary import DRUGS
from contracts.lab_tests import TESTS
from contracts.values import Sex
from deploy.simulate.plan import RESULTS, ROUTES, Plan, as_body, plan_visit
from services.registration.domain.patients import age_months, nik_warnings

TODAY = date(2026, 11, 20)
FACILITIES = load(Path("deploy/facilities"))
plans = st.builds(plan_visit, st.integers(0, 10_000), st.integers(0, 2_000), st.just(TODAY))


@given(st.integers(0, 10_000), st.integers(0, 2_000))
def test_a_seed_and_a_number_always_give_the_same_visit(seed: int, index: int) -> None:
    assert plan_visit(seed, index, TODAY) == plan_visit(seed, index, TODAY)


@given(plans)
def test_the_nik_agrees_with_birth_date_and_sex(plan: Plan) -> None:
    person = plan.person

    assert nik_warnings(person.nik, person.birth_date, Sex(person.sex)) == []


@given(plans)
def test_the_age_fits_the_route(plan: Plan) -> None:
    low, high = plan.route.months

    assert low <= age_months(plan.person.birth_date, TODAY) <= high


@given(plans)
def test_every_measurement_lies_in_the_range_of_every_profile(plan: Plan) -> None:
    for facility in FACILITIES.values():
        limits = {limit.loinc: limit for limit in facility.vitals}
        for loinc, value in plan.vitals.items():
            if loinc in limits:
                assert limits[loinc].low <= value <= limits[loinc].high


@pytest.mark.parametrize("facility", FACILITIES.values(), ids=FACILITIES)
def test_an_assessment_sends_only_what_the_profile_knows(facility: Facility) -> None:
    known = frozenset(limit.loinc for limit in facility.vitals)

    body = as_body(plan_visit(1, 1, TODAY), known)

    assert body["observations"].keys() <= known


def test_no_two_patients_of_a_run_share_a_nik() -> None:
    niks = Counter(plan_visit(1, index, TODAY).person.nik for index in range(3_000))

    assert max(niks.values()) == 1


def test_every_route_is_taken() -> None:
    taken = {plan_visit(1, index, TODAY).route.name for index in range(60)}

    assert taken == {route.name for route in ROUTES}


def test_routes_ask_only_for_tests_and_drugs_that_exist() -> None:
    for route in ROUTES:
        assert set(route.tests) <= TESTS.keys() & RESULTS.keys()
        assert {code for code, _ in route.drugs} <= DRUGS.keys()
