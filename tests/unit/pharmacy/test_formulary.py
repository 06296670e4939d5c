"""The shared formulary: codes that travel, labels that people can tell apart."""

from pydantic import TypeAdapter

from contracts.envelope import Code
from contracts.formulary import DRUGS


def test_every_drug_is_found_by_its_code_and_the_code_may_travel() -> None:
    code = TypeAdapter(Code)
    assert all(code.validate_python(key) == drug.code for key, drug in DRUGS.items())


def test_no_two_drugs_read_alike() -> None:
    labels = [drug.label for drug in DRUGS.values()]
    assert len({*labels}) == len(labels)


def test_an_allergy_is_noted_in_small_letters() -> None:
    words = [word for drug in DRUGS.values() for word in drug.allergens]
    assert words == [word.casefold() for word in words]
