"""No text that leaves the desk names the reporter, and ordinary words stay allowed."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.complaints import domain
from services.complaints.domain.identity import EVERYDAY

SITI = domain.Identity("Ibu Siti Aminah", "0812-3456-7890")


@pytest.mark.parametrize(
    "text",
    [
        "Siti Aminah menunggu tiga jam",
        "pelapor bernama AMINAH",
        "Hubungi 081234567890",
        "Hubungi +62 812 3456 7890",
        "(0812) 3456.7890",
    ],
)
def test_name_part_or_phone_is_found(text: str) -> None:
    assert domain.reveals(text, SITI)


@pytest.mark.parametrize(
    "text",
    ["Seorang ibu menunggu tiga jam di loket", "Situasi ramai", "Nomor antrean 0812 terlewat", ""],
)
def test_ordinary_words_are_allowed(text: str) -> None:
    assert not domain.reveals(text, SITI)


def test_an_address_or_account_is_found() -> None:
    assert domain.reveals("tulis ke A.B@contoh.id", domain.Identity(None, "a.b@contoh.id"))
    assert domain.reveals("akun @siti_a", domain.Identity(None, "@siti_a"))


def test_a_person_who_shares_one_name_may_be_the_owner() -> None:
    assert not domain.reveals("Siti Rahma", SITI, person=True)
    assert domain.reveals("Aminah, Siti", SITI, person=True)


def test_the_refusal_repeats_nothing() -> None:
    with pytest.raises(domain.IdentityRevealed) as refused:
        domain.withhold("Siti Aminah menunggu", SITI, field="summary")
    assert refused.value.field == "summary"
    assert "siti" not in str(refused.value).casefold()


names = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=9), min_size=1, max_size=3
)


@given(names, st.sampled_from(["", "Keluhan: ", "kata "]), st.booleans(), st.data())
def test_any_part_of_any_name_is_found_in_any_case(
    name: list[str], before: str, upper: bool, data: st.DataObject
) -> None:
    part = data.draw(st.sampled_from(name))
    text = f"{before}{part.upper() if upper else part}, di loket"
    assume(part not in EVERYDAY)
    assert domain.reveals(text, domain.Identity(" ".join(name), None))


def test_without_an_identity_everything_is_allowed() -> None:
    assert domain.withhold("Siti", None, field="plan") == "Siti"
    assert domain.withhold("Siti", domain.Identity(None, None), field="plan") == "Siti"
