"""The tests that rooms order and the laboratory does: each named once, by its LOINC code.

Source: the panel of KMK 2015/2023, table 33; LOINC codes by their check digits. How a test is
done, its ranges and limits are the laboratory's own (`services/lab`).
"""

from typing import Final, Literal, NamedTuple, get_args

Specimen = Literal["whole_blood", "capillary_blood", "serum", "urine", "sputum"]
SPECIMENS: Final[tuple[Specimen, ...]] = get_args(Specimen)


class OrderableTest(NamedTuple):
    """`restricted` (HIV, sexually transmitted infection): an event says only that there is a
    result; the unit that asked opens it in the laboratory with its own rights.
    """

    loinc: str
    name: str
    specimen: Specimen
    restricted: bool = False


_LIST: Final = (
    OrderableTest("718-7", "Hemoglobin", "whole_blood"),
    OrderableTest("4544-3", "Hematokrit", "whole_blood"),
    OrderableTest("6690-2", "Leukosit", "whole_blood"),
    OrderableTest("777-3", "Trombosit", "whole_blood"),
    OrderableTest("4548-4", "HbA1c", "whole_blood"),
    OrderableTest("883-9", "Golongan darah ABO", "whole_blood"),
    OrderableTest("2339-0", "Glukosa darah sewaktu", "serum"),
    OrderableTest("41653-7", "Glukosa darah sewaktu (POCT)", "capillary_blood"),
    OrderableTest("1558-6", "Glukosa darah puasa", "serum"),
    OrderableTest("1521-4", "Glukosa darah 2 jam setelah makan", "serum"),
    OrderableTest("2093-3", "Kolesterol total", "serum"),
    OrderableTest("2571-8", "Trigliserida", "serum"),
    OrderableTest("2085-9", "Kolesterol HDL", "serum"),
    OrderableTest("3084-1", "Asam urat", "serum"),
    OrderableTest("2160-0", "Kreatinin", "serum"),
    OrderableTest("1920-8", "SGOT", "serum"),
    OrderableTest("1742-6", "SGPT", "serum"),
    OrderableTest("80387-4", "Anti-HIV cepat", "serum", restricted=True),
    OrderableTest("75410-1", "HBsAg cepat", "serum"),
    OrderableTest("20507-0", "Sifilis RPR", "serum", restricted=True),
    OrderableTest("70569-9", "Malaria RDT", "capillary_blood"),
    OrderableTest("32700-7", "Malaria sediaan darah", "capillary_blood"),
    OrderableTest("11545-1", "Basil tahan asam (BTA)", "sputum"),
    OrderableTest("75377-2", "Dengue NS1", "serum"),
    OrderableTest("2106-3", "Tes kehamilan (hCG urine)", "urine"),
    OrderableTest("20454-5", "Protein urine", "urine"),
)

TESTS: Final[dict[str, OrderableTest]] = {test.loinc: test for test in _LIST}
