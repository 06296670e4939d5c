"""What the rooms may order from the laboratory: LOINC code and Indonesian name.

Source: KMK 2015/2023 table 33; LOINC as checked in domain notes. HIV and syphilis tests are not
here: their results may not travel on the bus, so they need a reference fetched with rights.
"""

from collections.abc import Iterable
from typing import Final

from chassis.errors import Invalid

TESTS: Final[dict[str, str]] = {
    "718-7": "Hemoglobin",
    "4544-3": "Hematokrit",
    "6690-2": "Leukosit",
    "777-3": "Trombosit",
    "2339-0": "Glukosa darah sewaktu",
    "1558-6": "Glukosa darah puasa",
    "1521-4": "Glukosa 2 jam setelah makan",
    "2093-3": "Kolesterol total",
    "2571-8": "Trigliserida",
    "2085-9": "Kolesterol HDL",
    "3084-1": "Asam urat",
    "2160-0": "Kreatinin",
    "1920-8": "SGOT",
    "1742-6": "SGPT",
    "4548-4": "HbA1c",
    "75410-1": "HBsAg cepat",
    "70569-9": "Malaria RDT",
    "32700-7": "Malaria sediaan darah",
    "11545-1": "Basil tahan asam (BTA)",
    "75377-2": "Dengue NS1",
    "2106-3": "Tes kehamilan (hCG urine)",
    "20454-5": "Protein urine",
    "883-9": "Golongan darah ABO",
}


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
    return TESTS.get(loinc, loinc)
