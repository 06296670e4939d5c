"""The shared formulary: codes that travel, labels that people can tell apart."""

from pydantic import TypeAdapter

from chassis.web.texts import Texts
from contracts.envelope import Code
from contracts.formulary import DRUGS, strength, word


def test_every_drug_is_found_by_its_code_and_the_code_may_travel() -> None:
    code = TypeAdapter(Code)
    assert all(code.validate_python(key) == drug.code for key, drug in DRUGS.items())


def test_no_two_drugs_read_alike() -> None:
    labels = [drug.label for drug in DRUGS.values()]
    assert len({*labels}) == len(labels)
    assert len({label.english for label in labels}) == len(labels)


#: Written alike in both languages.
ALIKE = {
    *("Ibuprofen", "Diazepam", "Metformin", "Zinc", "tablet", "vial", "tube", "sachet"),
    *("set", "strip", "oral", "subdermal"),
}


def test_every_word_of_the_list_has_its_english() -> None:
    words = {w for drug in DRUGS.values() for w in (drug.name, drug.form, drug.unit, drug.route)}
    assert {text for text in words if word(text).english == text} - ALIKE == set()


def test_a_drug_is_called_by_its_inn_in_english() -> None:
    label = DRUGS["diazepam_rectal_5"].label
    assert (str(label), label.said("id")) == ("Diazepam rektal 5 mg/2,5 mL",) * 2
    assert label.said("en") == "Diazepam rectal 5 mg/2.5 mL"
    assert DRUGS["paracetamol_120_syr"].label.said("en") == "Paracetamol syrup 120 mg/5 mL"
    assert strength("100.000 IU").english == "100,000 IU"


def test_a_refusal_names_the_drug_in_the_language_of_its_reader() -> None:
    texts, label = Texts(()), DRUGS["amoxicillin_500"].label
    assert texts.gettext("en", "%(drug)s!", drug=label) == "Amoxicillin tablet 500 mg!"
    assert texts.gettext("id", "%(drug)s!", drug=label) == "Amoksisilin tablet 500 mg!"


def test_an_allergy_is_noted_in_small_letters() -> None:
    words = [word for drug in DRUGS.values() for word in drug.allergens]
    assert words == [word.casefold() for word in words]
