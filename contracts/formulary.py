"""The core formulary as data: every room names a drug by the same code.

Source: Puskesmas formulary lists; the quantity limit of paracetamol tablets stands in them, the
others carry none. English names are the INN. A centre's own list may narrow this one, never
rename a code.
"""

from typing import Final, NamedTuple

from contracts.bilingual import Bilingual

#: Days that `max_qty_per_period` looks back.
PERIOD_DAYS: Final = 30

#: Names (the INN), forms, units and routes in English; a word that is not here is the same.
_ENGLISH: Final = {
    "Parasetamol": "Paracetamol", "Asam mefenamat": "Mefenamic acid", "Alopurinol": "Allopurinol",
    "Klorfeniramin maleat (CTM)": "Chlorphenamine maleate", "Amoksisilin": "Amoxicillin",
    "Albendazol": "Albendazole", "Epinefrin": "Epinephrine", "Amlodipin": "Amlodipine",
    "Kaptopril": "Captopril", "Oralit": "Oral rehydration salts",
    "Tablet tambah darah (besi-folat)": "Iron and folic acid",
    "Vitamin A (biru)": "Vitamin A (blue)", "Vitamin A (merah)": "Vitamin A (red)",
    "Suntik KB DMPA": "Medroxyprogesterone acetate (DMPA)",
    "Implan KB": "Contraceptive", "Pil KB": "Contraceptive pill", "Kondom": "Condom",
    "IUD CuT 380A": "Copper IUD (CuT 380A)",
    "sirup": "syrup", "tetes": "drops", "sirup kering": "dry syrup", "rektal": "rectal",
    "injeksi": "injection", "serbuk": "powder", "tablet dispersibel": "dispersible tablet",
    "kapsul": "capsule", "implan": "implant", "alat": "device", "botol": "bottle",
    "ampul": "ampoule", "buah": "piece", "luar": "external", "intrauterin": "intrauterine",
}  # fmt: skip
_MARKS: Final = str.maketrans(",.", ".,")


def word(text: str) -> Bilingual:
    """A name, form, unit or route as it stands in this list or in a prescription."""
    return Bilingual(text, _ENGLISH.get(text, text))


def strength(text: str) -> Bilingual:
    """0,1 % is 0.1 % in English."""
    return Bilingual(text, text.translate(_MARKS))


class Drug(NamedTuple):
    """`unit` is what `quantity` counts; `allergens` are words an allergy to it is noted under."""

    code: str
    name: str
    form: str
    strength: str
    unit: str
    ingredient: str
    route: str = "oral"
    allergens: tuple[str, ...] = ()
    max_qty_per_period: int | None = None

    @property
    def label(self) -> Bilingual:
        """What a person reads: name, form and strength."""
        said = strength(self.strength)
        return Bilingual(
            f"{self.name} {self.form} {said}".rstrip(),
            f"{word(self.name).english} {word(self.form).english} {said.english}".rstrip(),
        )


_PENICILLIN = ("amoksisilin", "amoxicillin", "penisilin", "penicillin", "antibiotik beta laktam")
_NSAID = ("ains", "nsaid", "oains")
_PARACETAMOL = ("parasetamol", "paracetamol", "asetaminofen", "acetaminophen")

_LIST: Final = (
    Drug("paracetamol_500_tab", "Parasetamol", "tablet", "500 mg", "tablet", "paracetamol",
         allergens=_PARACETAMOL, max_qty_per_period=30),
    Drug("paracetamol_120_syr", "Parasetamol", "sirup", "120 mg/5 mL", "botol", "paracetamol",
         allergens=_PARACETAMOL),
    Drug("paracetamol_100_drop", "Parasetamol", "tetes", "100 mg/mL", "botol", "paracetamol",
         allergens=_PARACETAMOL),
    Drug("ibuprofen_200", "Ibuprofen", "tablet", "200 mg", "tablet", "ibuprofen",
         allergens=("ibuprofen", *_NSAID)),
    Drug("ibuprofen_400", "Ibuprofen", "tablet", "400 mg", "tablet", "ibuprofen",
         allergens=("ibuprofen", *_NSAID)),
    Drug("ibuprofen_100_syr", "Ibuprofen", "sirup", "100 mg/5 mL", "botol", "ibuprofen",
         allergens=("ibuprofen", *_NSAID)),
    Drug("mefenamic_acid_500", "Asam mefenamat", "tablet", "500 mg", "tablet", "mefenamic_acid",
         allergens=("asam mefenamat", "mefenamic acid", *_NSAID)),
    Drug("allopurinol_100", "Alopurinol", "tablet", "100 mg", "tablet", "allopurinol",
         allergens=("alopurinol", "allopurinol")),
    Drug("chlorphenamine_4", "Klorfeniramin maleat (CTM)", "tablet", "4 mg", "tablet",
         "chlorphenamine", allergens=("ctm", "klorfeniramin", "chlorphenamine")),
    Drug("amoxicillin_500", "Amoksisilin", "tablet", "500 mg", "tablet", "amoxicillin",
         allergens=_PENICILLIN),
    Drug("amoxicillin_125_syr", "Amoksisilin", "sirup kering", "125 mg/5 mL", "botol",
         "amoxicillin", allergens=_PENICILLIN),
    Drug("albendazole_400", "Albendazol", "tablet", "400 mg", "tablet", "albendazole",
         allergens=("albendazol", "albendazole")),
    Drug("diazepam_rectal_5", "Diazepam", "rektal", "5 mg/2,5 mL", "tube", "diazepam", "rektal",
         ("diazepam", "benzodiazepin")),
    Drug("epinephrine_inj", "Epinefrin", "injeksi", "0,1 %", "ampul", "epinephrine", "injeksi",
         ("epinefrin", "epinephrine", "adrenalin")),
    Drug("amlodipine_5", "Amlodipin", "tablet", "5 mg", "tablet", "amlodipine",
         allergens=("amlodipin", "amlodipine")),
    Drug("amlodipine_10", "Amlodipin", "tablet", "10 mg", "tablet", "amlodipine",
         allergens=("amlodipin", "amlodipine")),
    Drug("captopril_12_5", "Kaptopril", "tablet", "12,5 mg", "tablet", "captopril",
         allergens=("kaptopril", "captopril")),
    Drug("captopril_25", "Kaptopril", "tablet", "25 mg", "tablet", "captopril",
         allergens=("kaptopril", "captopril")),
    Drug("metformin_500", "Metformin", "tablet", "500 mg", "tablet", "metformin",
         allergens=("metformin",)),
    Drug("ors_sachet", "Oralit", "serbuk", "200 mL", "sachet", "ors", allergens=("oralit",)),
    Drug("zinc_20", "Zinc", "tablet dispersibel", "20 mg", "tablet", "zinc",
         allergens=("zinc", "seng")),
    Drug("fe_folate", "Tablet tambah darah (besi-folat)", "tablet", "60 mg/0,4 mg", "tablet",
         "fe_folate", allergens=("besi", "folat")),
    Drug("vitamin_a_100k", "Vitamin A (biru)", "kapsul", "100.000 IU", "kapsul", "vitamin_a",
         allergens=("vitamin a",)),
    Drug("vitamin_a_200k", "Vitamin A (merah)", "kapsul", "200.000 IU", "kapsul", "vitamin_a",
         allergens=("vitamin a",)),
    Drug("dmpa_150", "Suntik KB DMPA", "vial", "150 mg/mL", "vial", "dmpa", "injeksi",
         ("dmpa", "medroksiprogesteron")),
    Drug("kb_implant", "Implan KB", "implan", "", "set", "kb_implant", "subdermal"),
    Drug("kb_pill", "Pil KB", "tablet", "", "strip", "kb_pill"),
    Drug("kb_condom", "Kondom", "alat", "", "buah", "kb_condom", "luar"),
    Drug("kb_iud_cut380a", "IUD CuT 380A", "alat", "", "set", "kb_iud", "intrauterin",
         ("tembaga",)),
)  # fmt: skip

DRUGS: Final[dict[str, Drug]] = {drug.code: drug for drug in _LIST}
