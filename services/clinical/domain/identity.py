"""Name and birth date are compared after each call, before anything is done (KS-5.3)."""

import unicodedata
from datetime import date
from typing import Final, Literal

from chassis.errors import Conflict

IDENTIFIERS: Final[tuple[Literal["full_name", "birth_date"], ...]] = (
    "full_name",
    "birth_date",
)


class IdentityNotVerified(Conflict):
    code = "identity_not_verified"


class PatientUnknown(Conflict):
    code = "patient_unknown"


def normalise(name: str) -> str:
    """Case, accents' encoding and runs of blanks do not tell two people apart."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def matches(said: tuple[str, date], registered: tuple[str, date]) -> bool:
    return (normalise(said[0]), said[1]) == (normalise(registered[0]), registered[1])


def require_verified(match: bool | None) -> None:
    if match is not True:
        raise IdentityNotVerified(
            "Cocokkan dahulu nama lengkap dan tanggal lahir pasien dengan data pendaftaran"
        )
