"""First expired, first out: never oversold, never expired, all or nothing."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from chassis.web.texts import Texts
from services.pharmacy import domain

TODAY = date(2026, 11, 22)
DRUGS = ("paracetamol_120_syr", "amoxicillin_500", "zinc_20")

lots = st.lists(
    st.builds(
        domain.Lot,
        id=st.uuids(),
        drug_code=st.sampled_from(DRUGS),
        lot=st.text(min_size=1, max_size=5),
        expiry=st.integers(-30, 60).map(lambda days: TODAY + timedelta(days=days)),
        on_hand=st.integers(0, 50),
    ),
    max_size=12,
    unique_by=lambda lot: lot.id,
)
wanted = st.dictionaries(st.sampled_from(DRUGS), st.integers(1, 80), min_size=1)


def usable(stock: list[domain.Lot], drug_code: str) -> int:
    return sum(lot.on_hand for lot in stock if lot.drug_code == drug_code and lot.expiry >= TODAY)


@given(lots, wanted)
def test_every_drug_is_taken_in_full_or_nothing_is(
    stock: list[domain.Lot], needs: dict[str, int]
) -> None:
    enough = all(usable(stock, code) >= quantity for code, quantity in needs.items())
    if not enough:
        with pytest.raises(domain.StockInsufficient):
            domain.allocate(stock, needs, TODAY)
        return
    takes = domain.allocate(stock, needs, TODAY)
    for code, quantity in needs.items():
        assert sum(take.quantity for take in takes if take.lot.drug_code == code) == quantity
    assert {take.lot.drug_code for take in takes} == set(needs)


@given(lots, wanted)
def test_what_may_be_prepared_could_be_handed_over_at_once(
    stock: list[domain.Lot], needs: dict[str, int]
) -> None:
    on_hand = {code: usable(stock, code) for code in DRUGS}
    try:
        domain.check_stock(on_hand, needs)
    except domain.StockInsufficient as refused:
        with pytest.raises(domain.StockInsufficient, match=str(refused)):
            domain.allocate(stock, needs, TODAY)
    else:
        domain.allocate(stock, needs, TODAY)


def test_a_shortage_is_told_in_the_numbers_of_its_reader() -> None:
    with pytest.raises(domain.StockInsufficient) as refused:
        domain.check_stock({"zinc_20": 1200}, {"zinc_20": 5000})
    assert "tersedia 1.200, dibutuhkan 5.000" in str(refused.value)
    english = Texts(()).gettext("en", "%(on_hand)s of %(needed)s", **refused.value.params)
    assert english == "1,200 of 5,000"


@given(lots, wanted)
def test_no_lot_gives_more_than_it_holds_and_none_that_expired(
    stock: list[domain.Lot], needs: dict[str, int]
) -> None:
    try:
        takes = domain.allocate(stock, needs, TODAY)
    except domain.StockInsufficient:
        return
    assert len({take.lot.id for take in takes}) == len(takes)
    for take in takes:
        assert 0 < take.quantity <= take.lot.on_hand
        assert take.lot.expiry >= TODAY


@given(lots, wanted)
def test_a_later_lot_is_touched_only_when_earlier_ones_are_empty(
    stock: list[domain.Lot], needs: dict[str, int]
) -> None:
    try:
        takes = domain.allocate(stock, needs, TODAY)
    except domain.StockInsufficient:
        return
    taken = {take.lot.id: take.quantity for take in takes}
    for later in takes:
        for lot in stock:
            same = lot.drug_code == later.lot.drug_code
            if same and TODAY <= lot.expiry < later.lot.expiry and lot.on_hand:
                assert taken.get(lot.id) == lot.on_hand


@given(lots, wanted, st.randoms())
def test_the_order_in_which_lots_are_read_does_not_matter(
    stock: list[domain.Lot], needs: dict[str, int], random: object
) -> None:
    shuffled = list(stock)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    try:
        assert domain.allocate(stock, needs, TODAY) == domain.allocate(shuffled, needs, TODAY)
    except domain.StockInsufficient as refused:
        with pytest.raises(domain.StockInsufficient, match=str(refused)):
            domain.allocate(shuffled, needs, TODAY)


def test_a_shortage_names_the_drug_and_what_is_on_hand() -> None:
    lot = domain.Lot(UUID(int=1), "paracetamol_500_tab", "A1", TODAY, 4)
    with pytest.raises(domain.StockInsufficient) as refused:
        domain.allocate([lot], {"paracetamol_500_tab": 10}, TODAY)
    assert str(refused.value) == (
        "Stok Parasetamol tablet 500 mg tidak cukup: tersedia 4, dibutuhkan 10. "
        "Catat penerimaan stok, atau kembalikan resepnya"
    )
    assert refused.value.code == "stock_insufficient"


def test_a_lot_may_be_used_on_its_last_day() -> None:
    lot = domain.Lot(UUID(int=1), "zinc_20", "Z", TODAY, 10)
    assert domain.allocate([lot], {"zinc_20": 10}, TODAY) == [domain.Take(lot, 10)]


@pytest.mark.parametrize(
    ("drug_code", "expiry", "quantity", "field"),
    [
        ("no_such_drug", TODAY, 1, "drug_code"),
        ("zinc_20", TODAY - timedelta(days=1), 1, "expiry"),
        ("zinc_20", TODAY, 0, "quantity"),
    ],
)
def test_a_receipt_that_cannot_be_used_is_refused(
    drug_code: str, expiry: date, quantity: int, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        domain.check_receipt(drug_code, expiry, quantity, TODAY)
    assert refused.value.field == field


@given(st.integers(0, 100), st.integers(-200, 200))
def test_an_adjustment_never_takes_more_than_there_is(on_hand: int, quantity: int) -> None:
    if quantity == 0 or on_hand + quantity < 0:
        with pytest.raises(Invalid):
            domain.check_adjustment(on_hand, quantity, "pecah")
    else:
        domain.check_adjustment(on_hand, quantity, "pecah")


def test_an_adjustment_says_why() -> None:
    with pytest.raises(Invalid) as refused:
        domain.check_adjustment(10, -1, "  ")
    assert refused.value.field == "reason"
