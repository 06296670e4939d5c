"""Papers: which are asked for, and what a missing one means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from contracts.facility import Documents
from contracts.values import Payer
from services.registration.domain import documents
from tests.unit.registration.profiles import KLUNGKUNG2, PROFILES, TARIK2

ADULT, BABY = 400, 14


def status(shown: set[str], payer: Payer, months: int, asked: Documents) -> dict[str, str]:
    return {d.type: d.status for d in documents.checklist(asked, shown, payer, months)}


def test_without_ktp_and_kk_both_are_missing() -> None:
    found = status(set(), Payer.GENERAL, ADULT, TARIK2.documents)
    assert (found["ktp"], found["kk"]) == ("missing", "missing")


def test_one_identity_paper_is_enough() -> None:
    found = status({"kk"}, Payer.GENERAL, ADULT, TARIK2.documents)
    assert (found["ktp"], found["kk"]) == ("not_applicable", "present")


def test_a_jkn_card_is_asked_of_jkn_members_only() -> None:
    assert status({"ktp"}, Payer.JKN, ADULT, TARIK2.documents)["bpjs"] == "missing"
    assert status({"ktp"}, Payer.GENERAL, ADULT, TARIK2.documents)["bpjs"] == "not_applicable"


def test_the_kia_book_is_asked_until_the_fifth_birthday() -> None:
    assert status({"kk"}, Payer.GENERAL, 59, TARIK2.documents)["buku_kia"] == "missing"
    assert status({"kk"}, Payer.GENERAL, 60, TARIK2.documents)["buku_kia"] == "not_applicable"


def test_the_jkn_card_may_stand_for_the_identity_where_the_profile_says_so() -> None:
    found = status({"jkn"}, Payer.JKN, ADULT, KLUNGKUNG2.documents)
    assert "missing" not in found.values()


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(Invalid):
        status({"sim"}, Payer.GENERAL, ADULT, TARIK2.documents)


@given(st.sampled_from(sorted(PROFILES)), st.sampled_from(Payer), st.integers(0, 1200), st.data())
def test_every_paper_of_the_profile_has_exactly_one_status(
    code: str, payer: Payer, months: int, data: st.DataObject
) -> None:
    asked = PROFILES[code].documents
    shown = data.draw(st.sets(st.sampled_from(documents.asked_types(asked))))
    found = documents.checklist(asked, shown, payer, months)
    assert [d.type for d in found] == list(documents.asked_types(asked))
    assert {d.type for d in found if d.status == "present"} == shown


def test_a_blocking_profile_refuses_a_visit_but_never_an_emergency() -> None:
    strict = Documents(identity_any_of=("ktp",), missing="block")
    papers = documents.checklist(strict, set(), Payer.GENERAL, ADULT)
    with pytest.raises(documents.DocumentsMissing):
        documents.check_policy(strict, papers, emergency=False)
    documents.check_policy(strict, papers, emergency=True)
