"""The five profiles load, and every value in them has a source."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.profiles import load, notices
from contracts.facility import Facility, UnitKind

FOLDER = Path(__file__).parents[3] / "deploy" / "facilities"
CODES = ("dharma_rini", "jatibaru", "kertosari", "klungkung2", "tarik2")
SOURCE = re.compile(r"^(seed|kmk|convention|install)\b.{10,}")


@pytest.fixture(scope="module")
def facilities() -> dict[str, Facility]:
    return load(FOLDER)


def test_all_five_centres_load(facilities: dict[str, Facility]) -> None:
    assert tuple(facilities) == CODES


@pytest.mark.parametrize("code", CODES)
def test_every_centre_can_run_the_generic_visit(facilities: dict[str, Facility], code: str) -> None:
    facility = facilities[code]
    for kind in (UnitKind.DESK, UnitKind.CLINICAL, UnitKind.LAB, UnitKind.PHARMACY):
        assert facility.units_of(kind)
    assert {rule.unit for rule in facility.routing.by_age} <= {u.code for u in facility.units}
    assert len(facility.vitals) == 11


@pytest.mark.parametrize("code", CODES)
def test_every_value_has_a_source_and_every_source_a_value(code: str) -> None:
    content: dict[str, Any] = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    sources = content.pop("sources")
    leaves = list(_leaves(content, ""))
    assert [leaf for leaf in leaves if _source(leaf, sources) is None] == []
    assert [key for key in sources if not any(_covers(key, leaf) for leaf in leaves)] == []
    assert [text for text in sources.values() if not SOURCE.match(text)] == []


def test_no_centre_carries_an_amount_of_money(facilities: dict[str, Facility]) -> None:
    assert {facility.payment.jkn_amount for facility in facilities.values()} == {None, 0}


def test_minutes_of_tarik_2_are_kept_although_they_do_not_add_up(
    facilities: dict[str, Facility],
) -> None:
    (standard,) = facilities["tarik2"].times
    assert (standard.total, standard.required_minutes, sum(standard.steps.values())) == (20, 22, 24)
    assert [notice for notice in notices(facilities) if notice.startswith("tarik2: times.0")]


@pytest.mark.parametrize(
    ("code", "unit", "minutes"),
    [
        ("tarik2", "laktasi", 20),
        ("tarik2", "lab", 60),
        ("klungkung2", "lab", 30),
        ("dharma_rini", "lab", 60),
    ],
)
def test_a_promise_judges_the_rooms_it_speaks_of_and_no_other(
    facilities: dict[str, Facility], code: str, unit: str, minutes: int
) -> None:
    assert facilities[code].late_after_minutes(unit) == minutes


def test_where_nobody_said_how_long_no_wait_is_late(facilities: dict[str, Facility]) -> None:
    silent = facilities["tarik2"].queue.model_copy(update={"late_after_minutes": None})
    centre = facilities["tarik2"].model_copy(update={"queue": silent})
    assert centre.late_after_minutes("lab") is None
    assert centre.late_after_minutes("gizi") == 20


@pytest.mark.parametrize(
    ("code", "months", "unit"),
    [("dharma_rini", 14, "anak"), ("jatibaru", 215, "klaster2"), ("jatibaru", 216, "klaster3")],
)
def test_age_on_the_visit_date_finds_the_unit(
    facilities: dict[str, Facility], code: str, months: int, unit: str
) -> None:
    rules = facilities[code].routing.by_age
    limits = (rule for rule in rules if rule.under_months is None or months < rule.under_months)
    assert next(limits).unit == unit


def _leaves(value: Any, path: str) -> Iterator[str]:
    """Dotted paths; an item of a list is named by its own code where it has one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
        if value:
            return
    if isinstance(value, list):
        for index, inner in enumerate(value):
            names = inner if isinstance(inner, dict) else {}
            name = names.get("code") or names.get("service") or names.get("loinc") or index
            yield from _leaves(inner, f"{path}.{name}")
    else:
        yield path


def _source(leaf: str, sources: dict[str, str]) -> str | None:
    return next((text for key, text in sources.items() if _covers(key, leaf)), None)


def _covers(key: str, leaf: str) -> bool:
    return leaf == key or leaf.startswith(f"{key}.")
