"""The test catalogue holds together: units, answers, and limits that enclose each other."""

import pytest

from contracts.values import Sex
from services.lab import domain

TESTS = list(domain.CATALOGUE.values())
UCUM = {"g/dL", "%", "10*3/uL", "mg/dL", "U/L"}


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.loinc)
def test_a_quantity_has_a_unit_and_a_coded_test_has_answers(test: domain.LabTest) -> None:
    if test.kind is domain.Kind.QUANTITY:
        assert test.ucum in UCUM
        assert test.reference
    else:
        assert test.ucum == ""
        assert set(test.normal_answers) < set(test.answers)


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.loinc)
@pytest.mark.parametrize("sex", list(Sex))
@pytest.mark.parametrize("days", [0, 29, 30, 400, 6 * 365, 13 * 365, 18 * 365, 90 * 365])
def test_at_most_one_reference_and_one_critical_limit_apply(
    test: domain.LabTest, sex: Sex, days: int
) -> None:
    for intervals in (test.reference, test.critical):
        assert sum(interval.applies(sex, days) for interval in intervals) <= 1


def test_an_interval_reads_as_it_is_printed() -> None:
    assert domain.Interval(at_least=12, at_most=16).text() == "12–16"
    assert domain.Interval(below=5.7).text() == "<5.7"
    assert domain.Interval(at_most=35).text() == "≤35"
    assert domain.Interval(above=40).text() == ">40"
