"""Z-scores against values WHO has published, and the bands of Permenkes 2/2020."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Observation, Sex
from services.clinical.domain import growth, vitals


def seen(
    weight: float | None, length: float | None = None, height: float | None = None
) -> tuple[Observation, ...]:
    values = {vitals.WEIGHT: (weight, "kg"), vitals.LENGTH: (length, "cm")}
    values[vitals.HEIGHT] = (height, "cm")
    return tuple(
        Observation(loinc=loinc, value=value, ucum=ucum)
        for loinc, (value, ucum) in values.items()
        if value is not None
    )


def z(index: str, observations: tuple[Observation, ...], sex: Sex, days: int, months: int) -> float:
    scores = growth.zscores(observations, sex, days, months)
    return next(score.z for score in scores if score.index == index)


# WHO 2006, weight-for-age, simplified field tables (kg, one decimal): sex, day, month, SD -> kg.
WEIGHT_FOR_AGE = [
    (Sex.MALE, 0, 0, -2, 2.5), (Sex.MALE, 0, 0, 0, 3.3), (Sex.MALE, 0, 0, 2, 4.4),
    (Sex.FEMALE, 0, 0, -2, 2.4), (Sex.FEMALE, 0, 0, 0, 3.2), (Sex.FEMALE, 0, 0, 2, 4.2),
    (Sex.MALE, 365, 12, -3, 6.9), (Sex.MALE, 365, 12, 0, 9.6), (Sex.MALE, 365, 12, 2, 12.0),
    (Sex.FEMALE, 365, 12, -2, 7.0), (Sex.FEMALE, 365, 12, 0, 8.9), (Sex.FEMALE, 365, 12, 3, 13.1),
    (Sex.FEMALE, 426, 14, -2, 7.4), (Sex.FEMALE, 426, 14, 0, 9.4), (Sex.FEMALE, 426, 14, 2, 12.1),
]  # fmt: skip


@pytest.mark.parametrize(("sex", "days", "months", "sd", "kg"), WEIGHT_FOR_AGE)
def test_weight_for_age_agrees_with_the_published_tables(
    sex: Sex, days: int, months: int, sd: int, kg: float
) -> None:
    # One decimal of the table is up to 0.05 kg, which at birth is a tenth of a deviation.
    assert z("WAZ", seen(kg), sex, days, months) == pytest.approx(sd, abs=0.15)


@pytest.mark.parametrize(
    ("sex", "days", "months", "sd", "cm"),
    [
        (Sex.MALE, 0, 0, 0, 49.8842),
        (Sex.FEMALE, 0, 0, 0, 49.1477),
        (Sex.MALE, 365, 12, -2, 71.0),
        (Sex.MALE, 365, 12, 0, 75.7),
        (Sex.FEMALE, 365, 12, -2, 68.9),
        (Sex.FEMALE, 365, 12, 0, 74.0),
    ],
)
def test_length_for_age_agrees_with_the_published_tables(
    sex: Sex, days: int, months: int, sd: int, cm: float
) -> None:
    assert z("HAZ", seen(None, length=cm), sex, days, months) == pytest.approx(sd, abs=0.05)


def test_the_median_newborn_boy_stands_at_zero_on_day_zero() -> None:
    assert z("WAZ", seen(3.3464, length=49.8842), Sex.MALE, 0, 0) == pytest.approx(0, abs=0.005)


def test_a_standing_child_under_two_is_taken_as_seven_millimetres_longer() -> None:
    lying = growth.zscores(seen(9.0, length=75.7), Sex.FEMALE, 426, 14)
    standing = growth.zscores(seen(9.0, height=75.0), Sex.FEMALE, 426, 14)
    assert lying == standing


def test_a_lying_child_over_two_is_taken_as_seven_millimetres_shorter() -> None:
    lying = growth.zscores(seen(12.0, length=88.7), Sex.MALE, 800, 26)
    standing = growth.zscores(seen(12.0, height=88.0), Sex.MALE, 800, 26)
    assert lying == standing


def test_without_a_length_only_weight_for_age_is_told() -> None:
    assert [score.index for score in growth.zscores(seen(9.0), Sex.MALE, 365, 12)] == ["WAZ"]


def test_from_sixty_months_on_there_are_no_scores_of_this_standard() -> None:
    assert growth.zscores(seen(18.0, height=110.0), Sex.MALE, 1827, 60) == ()


@pytest.mark.parametrize(
    ("index", "score", "band"),
    [
        ("WAZ", -3.01, "severely_underweight"), ("WAZ", -3.0, "underweight"),
        ("WAZ", -2.01, "underweight"), ("WAZ", -2.0, "normal_weight"),
        ("WAZ", 1.0, "normal_weight"), ("WAZ", 1.01, "risk_of_overweight"),
        ("HAZ", -3.01, "severely_stunted"), ("HAZ", -2.5, "stunted"),
        ("HAZ", 3.0, "normal_height"), ("HAZ", 3.01, "tall"),
        ("WHZ", -3.01, "severely_wasted"), ("WHZ", -2.01, "wasted"),
        ("WHZ", 1.0, "normal_nutrition"), ("WHZ", 1.01, "possible_risk_of_overweight"),
        ("WHZ", 2.01, "overweight"), ("WHZ", 3.01, "obese"),
    ],
)  # fmt: skip
def test_the_bands_end_where_the_decree_says(index: growth.Index, score: float, band: str) -> None:
    assert growth.band(index, score) == band


@given(st.sampled_from(list(Sex)), st.integers(0, 1825), st.floats(0.5, 40), st.floats(40, 125))
def test_any_measured_child_under_five_gets_a_finite_score(
    sex: Sex, days: int, weight: float, length: float
) -> None:
    scores = growth.zscores(seen(weight, length=length), sex, days, days * 12 // 366)
    assert {"WAZ", "HAZ"} <= {score.index for score in scores}
    assert all(score.band == growth.band(score.index, score.z) for score in scores)


def test_a_weight_no_child_has_is_doubted_and_a_severe_one_is_not() -> None:
    def doubted(weight: float) -> tuple[str, ...]:
        return growth.doubtful(growth.zscores(seen(weight, length=76.5), Sex.FEMALE, 425, 13))

    assert doubted(9.4) == doubted(7.0) == ()
    assert doubted(94.0) == ("WAZ", "WHZ")
