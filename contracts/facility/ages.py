"""Routing by age: no gap, no overlap, and groups of the life cycle that mean what KMK means."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.facility.profile import Facility

#: Completed months of age: from, and below.
Span = tuple[float, float]


def wrong_ages(facility: Facility) -> Iterator[str]:
    rules = facility.routing.by_age
    start: float = 0
    groups = _months(facility.queue.elderly_from_years)
    for number, rule in enumerate(rules):
        key, is_last = f"routing.by_age.{number}", number == len(rules) - 1
        end = inf if rule.under_months is None else rule.under_months
        if is_last != (end == inf):
            yield f"{key}: the last rule, and only the last, has no under_months"
            return
        if end <= start:
            yield f"{key}.under_months: {end} is not above the {start} of the rule before"
            return
        if rule.group:
            yield from _wrong_group(f"{key}.group", rule.group, groups, (start, end))
        start = end


def _wrong_group(key: str, group: str, groups: dict[str, Span], rule: Span) -> Iterator[str]:
    low, high = groups[group]
    if rule[0] < low or rule[1] > high:
        yield f"{key}: {group!r} is {_words(groups[group])}, this rule is for {_words(rule)}"


def _months(elderly_from_years: int) -> dict[str, Span]:
    """The groups of the life cycle (KMK 2015/2023); elderly as the profile has it."""
    elderly = elderly_from_years * 12
    return {
        "balita": (0, 60),
        "preschool": (60, 72),
        "school_adolescent": (72, 216),
        "adult": (216, elderly),
        "elderly": (elderly, inf),
    }


def _words(span: Span) -> str:
    low, high = span
    return f"{low} months and older" if high == inf else f"{low} to below {high} months"
