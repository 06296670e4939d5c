"""Messages that stand aside: each is listed, and excuses what waits for it and nothing else."""

import sqlalchemy as sa

from chassis.database import Database
from chassis.tables import audit, inbox, parked
from contracts.catalog import SERVICES
from deploy.check.reading import Databases, rows_of, values_of
from deploy.check.report import Parked, Report

#: A parked message in one of these states needs no entry in the inbox.
STATES = ("parked", "discarded")
STANDS_ASIDE = parked.c.state.in_(STATES)


async def list_parked(databases: Databases, report: Report) -> None:
    columns = (parked.c.event_id, parked.c.type, parked.c.state, parked.c.code)
    statement = sa.select(*columns).where(STANDS_ASIDE).order_by(parked.c.position)
    for consumer in SERVICES:
        for row in await rows_of(databases[consumer], statement):
            message = Parked(consumer, str(row.event_id), row.type, row.state, row.code)
            report.parked.append(message)


async def check_decisions(databases: Databases, report: Report) -> None:
    """Nobody gives a message up, or has it handled again, unseen."""
    resolved = sa.select(parked.c.event_id, parked.c.state).where(parked.c.state != "parked")
    decisions = sa.select(audit.c.action, audit.c.subject).where(audit.c.action.like("message.%"))
    for consumer, database in databases.items():
        rows = await rows_of(database, resolved)
        said = {(row.action, row.subject) for row in await rows_of(database, decisions)}
        unseen = [r for r in rows if (f"message.{r.state}", str(r.event_id)) not in said]
        for row in unseen:
            report.blame("undecided", consumer, [row.event_id], row.state)


async def keys_held_back(database: Database) -> frozenset[str]:
    """Keys whose newest word has not been heard: held now, or the last one was given up."""
    newest = (
        sa.select(
            inbox.c.source, inbox.c.partitionkey, sa.func.max(inbox.c.sequence).label("newest")
        )
        .group_by(inbox.c.source, inbox.c.partitionkey)
        .subquery()
    )
    same = (newest.c.source == parked.c.source) & (newest.c.partitionkey == parked.c.partitionkey)
    heard_since = sa.func.coalesce(newest.c.newest, 0) > parked.c.sequence
    statement = (
        sa.select(parked.c.partitionkey)
        .outerjoin(newest, same)
        .where(STANDS_ASIDE, sa.or_(parked.c.state == "parked", sa.not_(heard_since)))
    )
    return frozenset(await values_of(database, statement))
