"""What the computer noticed for each of the three reviews: hints beside a person's judgement.

Source: KMK 2015/2023 chapter VII. Hints never block; the pharmacist decides.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from contracts.bilingual import Bilingual
from contracts.formulary import DRUGS, PERIOD_DAYS, strength, word
from contracts.values import PrescriptionItem

from .prescription import Prescription, needs


class Hint(NamedTuple):
    """One remark for one review. `message` is an Indonesian msgid with `%(name)s` places."""

    check: str
    code: str
    warning: bool
    message: str
    params: Mapping[str, object]


def review_hints(
    rx: Prescription, stock: Mapping[str, int], recent: Mapping[str, int]
) -> list[Hint]:
    """`stock`: usable on hand per drug; `recent`: handed to the patient in the last period."""
    return [*_administrative(rx), *_pharmaceutical(rx, stock, recent), *_clinical(rx)]


def _warn(check: str, code: str, message: str, **params: object) -> Hint:
    return Hint(check, code, True, message, params)


def _administrative(rx: Prescription) -> Iterator[Hint]:
    if rx.full_name is None:
        yield _warn("administrative", "name_missing", "Nama pasien belum tiba dari pendaftaran")
    if rx.weight_kg is None:
        yield _warn("administrative", "weight_missing", "Berat badan belum dicatat")
    if not rx.prescriber_name.strip():
        yield _warn("administrative", "prescriber_missing", "Nama penulis resep kosong")


def _pharmaceutical(
    rx: Prescription, stock: Mapping[str, int], recent: Mapping[str, int]
) -> Iterator[Hint]:
    for item in rx.items:
        yield from _product(item)
    for code, wanted in needs(rx.items).items():
        yield _availability(code, stock.get(code, 0), wanted)
        yield from _period_limit(code, wanted + recent.get(code, 0))


def _product(item: PrescriptionItem) -> Iterator[Hint]:
    drug = DRUGS.get(item.drug_code)
    if drug is None:
        yield _warn("pharmaceutical", "not_in_formulary",
                    "%(drug)s tidak ada di formularium", drug=item.drug_code)  # fmt: skip
    elif (item.form, item.strength) != (drug.form, drug.strength):
        yield _warn("pharmaceutical", "form_differs",
                    "%(drug)s: bentuk atau kekuatan di resep lain (%(written)s)",
                    drug=drug.label, written=_written(item))  # fmt: skip
    if not item.dose.strip() or not item.frequency.strip():
        yield _warn("pharmaceutical", "dose_missing",
                    "%(drug)s: dosis atau aturan pakai kosong",
                    drug=label(item.drug_code))  # fmt: skip


def _availability(code: str, on_hand: int, wanted: int) -> Hint:
    params = {"drug": label(code), "on_hand": on_hand, "needed": wanted}
    if on_hand < wanted:
        message = "Stok %(drug)s kurang: tersedia %(on_hand)s, dibutuhkan %(needed)s"
        return Hint("pharmaceutical", "stock_short", True, message, params)
    message = "Stok %(drug)s cukup: %(on_hand)s"
    return Hint("pharmaceutical", "stock_enough", False, message, params)


def _period_limit(code: str, total: int) -> Iterator[Hint]:
    drug = DRUGS.get(code)
    if drug and drug.max_qty_per_period is not None and total > drug.max_qty_per_period:
        yield _warn("pharmaceutical", "over_period_limit",
                    "%(drug)s: %(total)s dalam %(days)s hari, batas %(limit)s",
                    drug=drug.label, total=total, days=PERIOD_DAYS,
                    limit=drug.max_qty_per_period)  # fmt: skip


def _clinical(rx: Prescription) -> Iterator[Hint]:
    for item in rx.items:
        for allergy in rx.allergies:
            if _names(allergy, item.drug_code):
                yield _warn("clinical", "allergy", "Alergi %(allergy)s: resep berisi %(drug)s",
                            allergy=allergy, drug=label(item.drug_code))  # fmt: skip
    ingredients = Counter(_ingredient(item.drug_code) for item in rx.items)
    for ingredient, times in sorted(ingredients.items()):
        if times > 1:
            same = [label(i.drug_code) for i in rx.items if _ingredient(i.drug_code) == ingredient]
            twice = Bilingual(" + ".join(same), " + ".join(each.english for each in same))
            yield _warn("clinical", "duplicate", "Zat yang sama dua kali: %(drugs)s", drugs=twice)


def _written(item: PrescriptionItem) -> Bilingual:
    form, power = word(item.form), strength(item.strength)
    return Bilingual(f"{form} {power}", f"{form.english} {power.english}")


def _names(allergy: str, drug_code: str) -> bool:
    """Whether a noted allergy, free text, names the drug or its group (whole words)."""
    drug = DRUGS.get(drug_code)
    words = drug.allergens if drug else (drug_code.replace("_", " "),)
    return any(re.search(rf"\b{re.escape(word)}\b", allergy.casefold()) for word in words)


def _ingredient(drug_code: str) -> str:
    drug = DRUGS.get(drug_code)
    return drug.ingredient if drug else drug_code


def label(drug_code: str) -> Bilingual:
    drug = DRUGS.get(drug_code)
    return drug.label if drug else Bilingual(drug_code, drug_code)
