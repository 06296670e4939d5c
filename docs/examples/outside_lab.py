"""An outside laboratory: it hears what a unit asks for, does the test and releases the result."""

import asyncio
from typing import Any

from outside import Centre, ask, run

REQUESTED, RECEIVED = "clinical.lab.requested.v1", "lab.order.received.v1"
#: State of the order -> the step that comes next; in any other state there is nothing to do here.
NEXT = {
    "requested": "accept",
    "accepted": "collect",
    "specimen_rejected": "collect",
    "collected": "receive",
    "received": "results",
    "in_analysis": "validate",
    "validated": "release",
}


async def main() -> None:
    centre = Centre()

    async def handle(event: dict[str, Any]) -> None:
        order = event["data"]
        if event["type"] == REQUESTED:  # make ready; the order itself may not be there yet
            tests = ", ".join(test["loinc"] for test in order["tests"])
            print(f"{order['priority']} from {order['origin_unit']}: {tests}", flush=True)
        else:
            await answer(centre, f"/lab/api/orders/{order['order_id']}")

    await run("outside_lab.events", (REQUESTED, RECEIVED), handle)


async def answer(centre: Centre, path: str) -> None:
    """From where the order stands to the released result: after a crash simply go on."""
    order = await centre.get(path)
    while step := NEXT.get(order["state"]):
        body = {"values": await measure(order)} if step == "results" else {}
        order |= await centre.step(path, order, step, body)
    print(f"{order['accession_no']} is {order['state']}", flush=True)


async def measure(order: dict[str, Any]) -> dict[str, str]:
    """What the analyst reads off, by LOINC code; here from the keyboard."""
    return {
        test["loinc"]: await ask(f"{test['name']} [{test['ucum']}] {test['reference']}: ")
        for test in order["results"]
    }


if __name__ == "__main__":
    asyncio.run(main())
