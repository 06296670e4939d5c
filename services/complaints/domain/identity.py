"""Keeps the reporter's name and contact out of every text that leaves this service.

Source: Perpres 76/2013 (the identity of a complainant is confidential).
"""

import re
import unicodedata

from chassis.errors import Invalid

from .complaint import Identity

#: Forms of address, and names that are everyday words: alone they point at nobody.
EVERYDAY = frozenset(
    {"ibu", "bapak", "pak", "bpk", "sdr", "sdri", "saudara", "saudari", "mbak", "mas", "kakak"}
    | {"adik", "anak", "tuan", "nyonya", "nona", "haji", "hajah", "bin", "binti", "dan", "orang"}
    | {"dokter", "bidan", "perawat", "petugas", "warga", "pasien", "keluarga", "suami", "istri"}
    | {"hari", "bulan", "minggu", "senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "lama"}
)
_WORD = re.compile(r"\w+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s().+\-/]+(?=\d)")
_MIN_PART = 3
_PHONE_TAIL = 8


class IdentityRevealed(Invalid):
    """A text for others names the reporter."""

    code = "identity_revealed"


def withhold(text: str, identity: Identity | None, *, field: str, person: bool = False) -> str:
    """`text`, or a refusal that names the field and repeats nothing of it.

    `person`: the text is somebody else's name, so sharing one name with the reporter is allowed.
    """
    if identity and reveals(text, identity, person=person):
        raise IdentityRevealed(
            "Tulis tanpa nama dan kontak pelapor: identitas pelapor dirahasiakan", field=field
        )
    return text


def reveals(text: str, identity: Identity, *, person: bool = False) -> bool:
    """Whether `text` holds the reporter's name, a part of it, or the contact."""
    plain = _plain(text)
    return _has_contact(plain, _plain(identity.contact or "")) or _has_name(
        _WORD.findall(plain), _WORD.findall(_plain(identity.reporter_name or "")), person
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _has_name(words: list[str], name: list[str], whole_only: bool) -> bool:
    name = [part for part in name if part not in EVERYDAY]
    if whole_only:
        return bool(name) and {*name} <= {*words}
    parts = {part for part in name if len(part) >= _MIN_PART} or {*name}
    return not parts.isdisjoint(words)


def _has_contact(text: str, contact: str) -> bool:
    """Phone numbers are compared by their last digits, so +62 812 … is 0812 …."""
    digits = re.sub(r"\D", "", contact)
    if len(digits) >= _PHONE_TAIL and "@" not in contact:
        return digits[-_PHONE_TAIL:] in _BETWEEN_DIGITS.sub("", text)
    handle = contact.strip().lstrip("@")
    return len(handle) > _MIN_PART and handle in text
