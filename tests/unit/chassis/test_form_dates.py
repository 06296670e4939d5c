"""Dates of forms are typed day first, whatever the browser's language; JSON keeps to ISO 8601."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.bodies import Body, validated
from contracts.values import IsoDate


class Form(Body):
    born: IsoDate
    until: date | None = None
    note: str = ""


@given(
    st.dates(min_value=date(1000, 1, 1)),
    st.sampled_from(["{:%d}{:%m}{:%Y}", "{:%d}/{:%m}/{:%Y}", "{:%Y}-{:%m}-{:%d}"]),
)
def test_every_day_is_read_as_it_was_typed(day: date, shape: str) -> None:
    typed = shape.format(day, day, day)
    assert validated(Form, {"born": typed, "until": typed}) == Form(born=day, until=day)


@pytest.mark.parametrize("typed", ["3/4/2025", "3-4-2025", "03.04.2025", " 3 4 2025 "])
def test_the_day_comes_first_and_needs_no_zeros(typed: str) -> None:
    assert validated(Form, {"born": typed}).born == date(2025, 4, 3)


@pytest.mark.parametrize("typed", ["31/2/2025", "3/4-2025", "342025", "3/4/25", "٠٣/٠٤/٢٠٢٥", "x"])
def test_what_is_no_day_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validated(Form, {"born": typed})
    assert [error["loc"] for error in refused.value.errors()] == [("born",)]


def test_a_text_that_looks_like_a_date_stays_a_text() -> None:
    assert validated(Form, {"born": "3/4/2025", "note": "3/4/2025"}).note == "3/4/2025"


def test_programs_write_dates_as_iso_8601_only() -> None:
    with pytest.raises(ValidationError):
        Form.model_validate_json('{"born": "03/04/2025"}')
