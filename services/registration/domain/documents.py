"""The papers the desk asks for, as the facility profile lists them."""

from collections.abc import Iterable

from chassis.errors import Conflict, Invalid
from contracts.facility import Documents
from contracts.values import Document, Payer

#: A KIA book is asked for children below five years.
UNDER_FIVE_MONTHS = 60


class DocumentsMissing(Conflict):
    """A profile with `missing: block` refuses a visit without its papers."""

    code = "documents_missing"


def asked_types(documents: Documents) -> tuple[str, ...]:
    """Every document type of the profile, in its order, each once."""
    listed = (*documents.identity_any_of, *documents.jkn_any_of, *documents.under_five)
    return tuple(dict.fromkeys(listed))


def checklist(
    documents: Documents, shown: Iterable[str], payer: Payer, age_months: int
) -> tuple[Document, ...]:
    """Each document of the profile as present, missing or not applicable.

    One paper of an any-of group is enough: the others of the group are then not applicable.
    """
    shown = frozenset(shown)
    for code in shown - {*asked_types(documents)}:
        raise Invalid("Jenis berkas '%(code)s' tidak dikenal", field="documents", code=code)
    needed = set(_any_of(documents.identity_any_of, shown))
    if payer is Payer.JKN:
        needed.update(_any_of(documents.jkn_any_of, shown))
    if age_months < UNDER_FIVE_MONTHS:
        needed.update(documents.under_five)
    return tuple(
        Document(
            type=code,
            status="present"
            if code in shown
            else "missing"
            if code in needed
            else "not_applicable",
        )
        for code in asked_types(documents)
    )


def _any_of(group: tuple[str, ...], shown: frozenset[str]) -> tuple[str, ...]:
    return () if shown.intersection(group) else group


def check_policy(documents: Documents, checked: tuple[Document, ...], emergency: bool) -> None:
    """Refuse a visit with missing papers where the profile says so; an emergency never."""
    missing = [document.type for document in checked if document.status == "missing"]
    if missing and documents.missing == "block" and not emergency:
        raise DocumentsMissing(
            "Berkas belum lengkap: %(missing)s", field="documents", missing=", ".join(missing)
        )
