"""Whose room is whose: the bar and the home page link only to rooms that open for their reader.

A service knows its own rights only; this is what the bar of each must know of the others. A test
holds it against the rights of the pages themselves.
"""

from collections.abc import Set
from typing import Final

_DESK: Final = frozenset({"clerk", "medical_record"})
_CARE: Final = frozenset({"doctor", "midwife", "nurse"})

#: The page that stands for a room, and the roles it opens for.
OPENED_BY: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("registration", "/desk"): _DESK,
    ("registration", "/operations"): frozenset({"head", "admin"}),
    ("clinical", "/"): _CARE,
    ("lab", "/"): frozenset({"analyst", "head"}),
    ("pharmacy", "/"): frozenset({"pharmacist", "head"}),
    ("complaints", "/"): _DESK | _CARE | {"analyst", "pharmacist", "complaints_officer", "head"},
}


def may_open(roles: Set[str], service: str, page: str = "/") -> bool:
    """True where somebody of these roles may open the room; for a page nobody listed as well."""
    opened_by = OPENED_BY.get((service, page))
    return opened_by is None or bool(roles & opened_by)
