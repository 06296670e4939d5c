"""Small checks that several stages share; each says which input to mend."""

from chassis.errors import Invalid

from .stages import CATEGORIES


def require(text: str | None, field: str, message: str) -> str:
    """`text` without the space around it, or a refusal at `field`."""
    clean = (text or "").strip()
    if not clean:
        raise Invalid(message, field=field)
    return clean


def require_category(category: str) -> str:
    if category not in CATEGORIES:
        raise Invalid("Pilih jenis pengaduan", field="category")
    return category
