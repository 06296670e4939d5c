"""What every service does by the clock: old answers go, however many there are."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from chassis.database import Database
from chassis.tables import idempotency
from chassis.upkeep import KEPT, SLICE, Forgetting

MINUTE = timedelta(minutes=1)


async def keep(database: Database, age: timedelta, *keys: tuple[str, str]) -> None:
    """Answers given so long ago, to these people under these keys."""
    answer = {"digest": "", "status": 200, "answer": "{}", "created_at": datetime.now(UTC) - age}
    async with database.writing() as connection:
        rows = [{"actor": actor, "key": key, **answer} for actor, key in keys]
        await connection.execute(sa.insert(idempotency), rows)


async def test_answers_that_nobody_asks_for_again_are_forgotten(database: Database) -> None:
    many = SLICE // 2
    await keep(database, KEPT + MINUTE, *((f"a{n % 7}", f"{n:04d}") for n in range(3 * many)))
    await keep(database, KEPT - MINUTE, *((f"a{n % 5}", f"new-{n:04d}") for n in range(many)))
    forgetting = Forgetting(database)

    for _ in range(5):
        await forgetting.go_on()

    async with database.reading() as connection:
        kept = (await connection.scalars(sa.select(idempotency.c.key))).all()
    assert len(kept) == many
    assert all(key.startswith("new-") for key in kept)


async def test_the_walk_begins_anew_at_its_end(database: Database) -> None:
    forgetting = Forgetting(database)
    await keep(database, KEPT - MINUTE, ("z", "1"))
    await forgetting.go_on()
    await keep(database, KEPT + MINUTE, ("a", "1"))

    await forgetting.go_on()

    async with database.reading() as connection:
        assert (await connection.scalars(sa.select(idempotency.c.actor))).all() == ["z"]
