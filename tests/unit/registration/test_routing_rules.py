"""The way from the desk: emergency, maternity, the unit asked for, then the age."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from contracts.registration import RouteReason
from services.registration.domain import routing
from tests.unit.registration.profiles import DHARMA_RINI, JATIBARU, PROFILES

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("born", "unit"),
    [
        (date(2008, 11, 23), "klaster2"),
        (date(2008, 11, 22), "klaster3"),
        (date(2026, 11, 22), "klaster2"),
        (date(1966, 11, 22), "klaster3"),
    ],
)
def test_the_cluster_follows_from_completed_years_on_the_day(born: date, unit: str) -> None:
    assert routing.unit_by_age(JATIBARU, born, TODAY) == unit


@given(st.sampled_from(sorted(PROFILES)), st.dates(date(1900, 1, 1), TODAY))
def test_every_age_has_a_unit_of_the_profile(code: str, born: date) -> None:
    assert PROFILES[code].unit(routing.unit_by_age(PROFILES[code], born, TODAY)) is not None


@given(st.sampled_from(sorted(PROFILES)), st.dates(date(1900, 1, 1), TODAY))
def test_an_emergency_goes_to_the_emergency_unit_at_any_age(code: str, born: date) -> None:
    facility = PROFILES[code]
    found = routing.first_unit(facility, "emergency", born, TODAY)
    assert found == (facility.routing.emergency, RouteReason.EMERGENCY)


def test_maternity_goes_before_age() -> None:
    unit, _ = routing.first_unit(DHARMA_RINI, "maternity", date(1990, 1, 1), TODAY)
    assert unit == "kia"


def test_a_birth_goes_straight_to_the_delivery_room() -> None:
    unit, _ = routing.first_unit(DHARMA_RINI, "maternity", date(1990, 1, 1), TODAY, "persalinan")
    assert unit == "persalinan"


def test_the_unit_asked_for_goes_before_age() -> None:
    unit, reason = routing.first_unit(DHARMA_RINI, "walk_in", date(1990, 1, 1), TODAY, "kia")
    assert (unit, reason) == ("kia", RouteReason.REGISTRATION)


@pytest.mark.parametrize("code", ["tidak_ada", "klaster1", "lab", "apotik", "pendaftaran"])
def test_a_unit_that_takes_nobody_from_the_desk_is_refused(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        routing.first_unit(DHARMA_RINI, "walk_in", date(1990, 1, 1), TODAY, code)
    assert refused.value.field == "intended_unit"
