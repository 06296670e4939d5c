"""Tokens say who somebody is and nobody else can make them; digests tell any two inputs apart."""

import asyncio
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, KeySet

from chassis.auth import Identity, NoKeys, Tokens, local_keys
from chassis.errors import Unauthenticated
from chassis.work import digest_of
from tests.kit import eventually

KEY = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
OTHER = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
WHO = Identity("sari", "Bd. Sari", "tarik2", frozenset({"midwife"}), frozenset({"anak", "kia"}))


def tokens(key: ECKey | None = KEY, known: ECKey = KEY, minutes: int = 5) -> Tokens:
    return Tokens(KeySet([known]), key, "alur", "alur", minutes)


names = st.text(min_size=1, max_size=40)


@given(names, names, st.frozensets(names), st.frozensets(names))
def test_a_token_brings_back_who_it_was_made_for(
    staff_id: str, name: str, roles: frozenset[str], units: frozenset[str]
) -> None:
    who = Identity(staff_id, name, "tarik2", roles, units)
    assert tokens().verify(tokens().issue(who)) == who


def test_a_token_ends_when_its_minutes_are_over_also_where_it_was_seen_before() -> None:
    book = tokens(minutes=1)
    ending = book.issue(WHO, time.time() - 59)
    assert book.verify(ending) == WHO
    with pytest.raises(Unauthenticated):
        book.verify(book.issue(WHO, time.time() - 61))
    remembered_until, _ = book._verified[ending]
    assert remembered_until <= time.time() + 2


def test_the_key_of_another_installation_opens_nothing() -> None:
    with pytest.raises(Unauthenticated):
        tokens().verify(tokens(OTHER, OTHER).issue(WHO))


def test_without_a_signing_key_tokens_are_only_verified() -> None:
    with pytest.raises(RuntimeError):
        tokens(None).issue(WHO)
    assert tokens(None).verify(tokens().issue(WHO)) == WHO


async def test_keys_are_read_again_for_a_new_key_but_not_at_the_pace_of_a_stranger() -> None:
    asked = 0

    async def read() -> KeySet:
        nonlocal asked
        asked += 1
        return KeySet([KEY, OTHER])

    book = Tokens(KeySet([KEY]), None, "alur", "alur", 5, renew=read)
    fresh = tokens(OTHER, OTHER).issue(WHO)
    for _ in range(3):
        stranger = ECKey.generate_key("P-256", auto_kid=True)
        with pytest.raises(Unauthenticated):
            book.verify(tokens(stranger, stranger).issue(WHO))

    async def known() -> Identity | None:
        try:
            return book.verify(fresh)
        except Unauthenticated:
            return None

    assert await eventually(known) == WHO
    assert asked == 1


async def test_keys_that_cannot_be_read_again_leave_the_old_ones() -> None:
    tried = asyncio.Event()

    async def fail() -> KeySet:
        tried.set()
        raise NoKeys("away")

    book = Tokens(KeySet([KEY]), None, "alur", "alur", 5, renew=fail)
    with pytest.raises(Unauthenticated):
        book.verify(tokens(OTHER, OTHER).issue(WHO))
    await asyncio.wait_for(tried.wait(), 5)
    assert book.verify(tokens().issue(WHO)) == WHO


@given(st.text(max_size=200))
def test_text_that_is_no_token_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens().verify(text)


def test_the_public_keys_hold_no_private_part() -> None:
    assert all("d" not in key for key in tokens().public_keys()["keys"])


def test_the_key_of_an_installation_is_made_once_and_only_its_owner_reads_it(
    tmp_path: Path,
) -> None:
    _, first = local_keys(tmp_path / "data")
    _, again = local_keys(tmp_path / "data")
    assert first.kid == again.kid
    (file,) = (tmp_path / "data").iterdir()
    assert file.stat().st_mode & 0o077 == 0


parts = st.lists(st.text() | st.binary(), max_size=6)


def plain(items: list[str | bytes]) -> list[bytes]:
    return [item.encode() if isinstance(item, str) else item for item in items]


@given(parts, parts)
def test_two_lists_have_one_digest_only_when_they_say_the_same(
    first: list[str | bytes], second: list[str | bytes]
) -> None:
    assert (digest_of(*first) == digest_of(*second)) == (plain(first) == plain(second))


def test_moving_a_border_changes_the_digest() -> None:
    assert digest_of("ab", "c") != digest_of("a", "bc")
    assert digest_of("1:a") != digest_of("1", "a")
    assert digest_of() != digest_of("")
