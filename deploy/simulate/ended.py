"""Which of the wished visits came to their end, by the word of the databases."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from deploy.check.proof import opened
from deploy.check.reading import Databases, rows_among
from deploy.simulate.centre import NotThere, Running
from services.registration.models import visit as visits


class Ended:
    """The visits that came to their end, by their number in the plan."""

    def __init__(self, running: Running, advance: Callable[[], None]) -> None:
        self._running, self._advance = running, advance
        self._ids: dict[int, UUID] = {}

    async def add(self, number: int, visit_id: UUID) -> None:
        """NotThere where the databases do not know the first: nothing could be proved by them."""
        self._ids[number] = visit_id
        self._advance()
        if len(self._ids) == 1:
            async with opened(self._running.settings) as databases:
                if not await self._states(databases, [visit_id]):
                    raise NotThere(self._other_databases())

    async def unfinished(self, databases: Databases, wished: int) -> list[str]:
        """What keeps the visits of the plan from being all completed, each by its number."""
        states = await self._states(databases, list(self._ids.values()))
        found = []
        for number in range(1, wished + 1):
            visit_id = self._ids.get(number)
            state = states.get(visit_id, "in no database") if visit_id else "never ended"
            if state != "completed":
                found.append(f"visit {number} of {wished} ({visit_id or 'no id'}): {state}")
        return found

    @staticmethod
    async def _states(databases: Databases, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        columns = sa.select(visits.c.id, visits.c.state)
        rows = await rows_among(databases["registration"], columns, visits.c.id, ids)
        return {row.id: row.state for row in rows}

    def _other_databases(self) -> str:
        """Where was looked, without a password."""
        place = make_url(self._running.settings.database("registration"))
        return (
            f"the visits at {self._running.url} are not in "
            f"{place.render_as_string(hide_password=True)}: give the mode and the databases of that"
            " centre (--mode, ALUR_DATABASE_URL or ALUR_DATA_DIR)"
        )
