"""Deadlines that passed without the step they were set for: published once per stage."""

from chassis.work import Work
from contracts.complaints import DeadlineBreachedV1

from .. import domain, store
from .steps import seen, tell, today


async def publish_breaches(work: Work) -> None:
    """Tell of every stage that stands beyond its deadline and was not told of before."""
    for card in await store.newly_overdue(work, today(work)):
        if not await store.note_breach(work, card):
            continue  # another worker was first
        view = seen(work, card)
        work.publish(
            DeadlineBreachedV1(
                complaint_id=card.id,
                stage=domain.stage_of(card.state),
                due_on=card.due_on,
                days_over=-(view.days_left or 0),
            )
        )
        work.audit("complaint.deadline.breached", card.id, detail=card.state)
        tell(work, card)
