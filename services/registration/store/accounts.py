"""Queries on the accounts of local sign-in; user names are unique over all centres."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.work import Row, Work

from ..models import account


async def add_account(work: Work, values: dict[str, Any]) -> Row | None:
    """The new row, or None where the user name is taken."""
    statement = (
        work.insert(account)
        .values(values)
        .on_conflict_do_nothing(index_elements=[account.c.username])
        .returning(*account.c)
    )
    return await work.first(statement)


async def account_by_username(connection: AsyncConnection, username: str) -> Row | None:
    """Before sign-in nobody's centre is known, so this one query is not held to a centre."""
    statement = sa.select(account).where(account.c.username == username)
    return (await connection.execute(statement)).first()


async def name_of(work: Work, username: str) -> str | None:
    """What a person is called; None for who has no account here (any more)."""
    name: str | None = await work.scalar(
        sa.select(account.c.name).where(
            account.c.username == username, account.c.facility == work.facility.code
        )
    )
    return name


async def lock_account(work: Work, username: str) -> Row:
    statement = sa.select(account).where(
        account.c.username == username, account.c.facility == work.facility.code
    )
    return await work.one(statement.with_for_update())


async def change_account(work: Work, row: Row, values: dict[str, Any]) -> None:
    await work.execute(sa.update(account).where(account.c.id == row.id).values(values))
