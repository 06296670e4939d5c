"""Guessing passwords side by side gains nothing, and a flood of sign-ins does not stop the room."""

import asyncio
from collections import Counter

import sqlalchemy as sa

from chassis.auth import passwords
from chassis.passwords import MOST_WAITING
from services.registration import models
from services.registration.use_cases.accounts import create_account
from tests.integration.registration.desk import Desk

RIGHT, WRONG = "rahasia-sekali", "salah"
ELSEWHERE = sa.update(models.account).values(facility="closed")


async def account(desk: Desk) -> None:
    async with desk.work() as work:
        await create_account(
            work,
            username="wati",
            name="Wati",
            password_hash=passwords.hash(RIGHT),
            roles=["clerk"],
            units=["*"],
        )


async def attempts(desk: Desk, *tried: str, username: str = "wati") -> list[int]:
    """The answers to passwords that are tried all at once."""
    async with desk.stranger() as stranger:
        sent = ({"username": username, "password": password} for password in tried)
        answers = (stranger.post("/api/session", json=each) for each in sent)
        return [answer.status_code for answer in await asyncio.gather(*answers)]


async def test_wrong_passwords_side_by_side_pass_the_limit_no_more_often(desk: Desk) -> None:
    await account(desk)
    answers = Counter(await attempts(desk, *[WRONG] * 12))
    assert answers == {401: 5, 429: 7}
    assert len(await desk.audited("session.refuse")) == 5
    assert await attempts(desk, RIGHT) == [429]


async def test_whoever_signs_in_has_all_attempts_again(desk: Desk) -> None:
    await account(desk)
    for _ in range(3):
        for password, status in ((WRONG, 401), (WRONG, 401), (RIGHT, 200)):
            assert await attempts(desk, password) == [status]


async def test_a_flood_of_sign_ins_is_refused_and_others_are_served_meanwhile(desk: Desk) -> None:
    many = [WRONG] * (MOST_WAITING + 20)
    flood = asyncio.create_task(attempts(desk, *many, username="siapa"))
    async with desk.stranger() as stranger:
        assert (await stranger.get("/sign-in")).status_code == 200
    assert not flood.done()
    answers = Counter(await flood)
    assert answers == {401: MOST_WAITING, 429: 20}


async def test_an_account_of_a_centre_that_is_no_longer_known_is_refused(desk: Desk) -> None:
    await account(desk)
    async with desk.work() as work:
        await work.execute(ELSEWHERE)
    assert await attempts(desk, RIGHT) == [401]
