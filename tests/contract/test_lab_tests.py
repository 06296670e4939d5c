"""The shared tests: what rooms may order is what the laboratory does, in words of both."""

import pytest
from pydantic import TypeAdapter

from chassis.web.pages import WEB
from chassis.web.texts import Texts
from chassis.web.words import ROOT
from contracts.lab_tests import SPECIMENS, TESTS
from contracts.values import Loinc
from services.clinical import domain as clinical
from services.lab import domain as lab


def test_the_laboratory_does_every_orderable_test_and_no_other() -> None:
    assert lab.CATALOGUE.keys() == TESTS.keys()


def test_a_room_may_order_every_test() -> None:
    assert clinical.laboratory.ordered(TESTS) == tuple(TESTS)


@pytest.mark.parametrize("loinc", TESTS)
def test_every_code_is_a_loinc_with_its_check_digit(loinc: str) -> None:
    """Luhn over the digits before the dash."""
    TypeAdapter(Loinc).validate_python(loinc)
    number, _, check = loinc.partition("-")
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(number))]
    total = sum(value - 9 if value > 9 else value for value in doubled)
    assert (10 - total % 10) % 10 == int(check)


def test_what_must_not_travel_is_marked() -> None:
    assert {code for code, test in TESTS.items() if test.restricted} == {"80387-4", "20507-0"}


def test_specimens_are_named_and_no_two_tests_read_alike() -> None:
    assert {test.specimen for test in TESTS.values()} <= {*SPECIMENS}
    assert len({test.name for test in TESTS.values()}) == len(TESTS)


@pytest.mark.parametrize("room", ["clinical", "lab"])
def test_every_test_has_its_english_in_both_rooms(room: str) -> None:
    texts = Texts((WEB, ROOT / "services" / room))
    assert {test.name for test in TESTS.values() if not texts.has("en", test.name)} == set()
