"""One step of an order: checked against the table, written under its version, audited, shown."""

from typing import Any

from chassis.work import Row, Work

from .. import domain, store

Order = dict[str, Any]

#: Topics of the live pages: the list of the bench, and one order.
WORKLIST = "lab"


def topic_of(order_id: object) -> str:
    return f"lab_order:{order_id}"


def key_of(order: Row) -> dict[str, Any]:
    """What every event about an order begins with."""
    return {
        "order_id": order.id,
        "visit_id": order.visit_id,
        "origin_unit": order.origin_unit,
    }


async def advance(work: Work, order: Row, action: str, detail: str = "", **values: Any) -> Order:
    """The order after `action`, with `values` set; refused where the table has no such step."""
    work.check_version(order)
    values["state"] = domain.MACHINE.after(order.state, action)
    version = await store.save_order(work, order, **values)
    work.audit(f"order.{action}", order.id, visit_id=order.visit_id, detail=detail)
    work.changed(WORKLIST, topic_of(order.id))
    return {**order._mapping, **values, "version": version}
