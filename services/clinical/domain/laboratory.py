"""What a room may order from the laboratory: the shared tests, each once."""

from collections.abc import Iterable

from chassis.errors import Invalid
from contracts.lab_tests import TESTS


def ordered(loincs: Iterable[str]) -> tuple[str, ...]:
    """The codes once each, in the order asked; an unknown one is refused by name."""
    asked = tuple(dict.fromkeys(loincs))
    for loinc in asked:
        if loinc not in TESTS:
            raise Invalid("Pemeriksaan '%(loinc)s' tidak dikenal", field="tests", loinc=loinc)
    if not asked:
        raise Invalid("Pilih paling sedikit satu pemeriksaan", field="tests")
    return asked


def name(loinc: str) -> str:
    test = TESTS.get(loinc)
    return test.name if test else loinc
