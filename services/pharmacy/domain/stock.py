"""Stock by lot: which lots a hand-over takes, and what may be booked.

Quantities count the unit of the drug (tablet, bottle).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from chassis.errors import Conflict, Invalid
from contracts.bilingual import Bilingual
from contracts.formulary import DRUGS, Drug


class StockInsufficient(Conflict):
    code = "stock_insufficient"


class LotMismatch(Conflict):
    """The same lot number of a drug came with another expiry date."""

    code = "lot_mismatch"


class Lot(NamedTuple):
    id: UUID
    drug_code: str
    lot: str
    expiry: date
    on_hand: int


class Take(NamedTuple):
    lot: Lot
    quantity: int


def allocate(lots: Iterable[Lot], wanted: Mapping[str, int], today: date) -> list[Take]:
    """First expired, first out (FEFO); a lot may be used until the end of its expiry day.

    All or nothing: raises StockInsufficient naming the first drug that falls short.
    """
    usable = sorted((lot for lot in lots if lot.expiry >= today and lot.on_hand > 0), key=_fefo)
    takes: list[Take] = []
    for drug_code, quantity in sorted(wanted.items()):
        missing = quantity
        for lot in usable:
            if lot.drug_code == drug_code and missing > 0:
                takes.append(Take(lot, min(missing, lot.on_hand)))
                missing -= takes[-1].quantity
        if missing > 0:
            raise short_of(drug_code, quantity - missing, quantity)
    return takes


def check_stock(on_hand: Mapping[str, int], wanted: Mapping[str, int]) -> None:
    """Nobody prepares what cannot be handed over; names the first drug that falls short."""
    for drug_code, quantity in sorted(wanted.items()):
        if on_hand.get(drug_code, 0) < quantity:
            raise short_of(drug_code, on_hand.get(drug_code, 0), quantity)


def short_of(drug_code: str, on_hand: int, needed: int) -> StockInsufficient:
    drug = DRUGS.get(drug_code)
    return StockInsufficient(
        "Stok %(drug)s tidak cukup: tersedia %(on_hand)s, dibutuhkan %(needed)s. "
        "Catat penerimaan stok, atau kembalikan resepnya",
        drug=drug.label if drug else drug_code,
        on_hand=counted(on_hand),
        needed=counted(needed),
    )


def counted(quantity: int) -> Bilingual:
    """5.000, in English 5,000."""
    english = f"{quantity:,}"
    return Bilingual(english.replace(",", "."), english)


def check_drug(drug_code: str) -> Drug:
    drug = DRUGS.get(drug_code)
    if drug is None:
        raise Invalid("Obat %(code)s tidak ada di formularium", field="drug_code", code=drug_code)
    return drug


def check_receipt(drug_code: str, expiry: date, quantity: int, today: date) -> None:
    """A receipt adds stock that can still be used."""
    check_drug(drug_code)
    if quantity < 1:
        raise Invalid("Jumlah paling sedikit 1", field="quantity")
    if expiry < today:
        raise Invalid("Obat ini sudah kedaluwarsa; jangan diterima", field="expiry")


def check_adjustment(on_hand: int, quantity: int, reason: str) -> None:
    """A correction says why, and never takes more than there is."""
    if quantity == 0:
        raise Invalid("Penyesuaian tidak boleh nol", field="quantity")
    if not reason.strip():
        raise Invalid("Tuliskan alasan penyesuaian", field="reason")
    if on_hand + quantity < 0:
        raise Invalid(
            "Hanya tersedia %(on_hand)s; tidak dapat dikurangi sebanyak itu",
            field="quantity",
            on_hand=counted(on_hand),
        )


def _fefo(lot: Lot) -> tuple[str, date, UUID]:
    return (lot.drug_code, lot.expiry, lot.id)
