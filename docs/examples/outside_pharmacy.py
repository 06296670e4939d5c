"""An outside pharmacy: it reviews a prescription, prepares it and hands it to the right person."""

import asyncio
from typing import Any

from outside import Centre, ask, run

RECEIVED = "pharmacy.prescription.received.v1"
#: State of the prescription -> the step that comes next.
NEXT = {"received": "review", "reviewed": "prepare", "prepared": "dispense"}
REVIEWS = ("administrative", "pharmaceutical", "clinical")


async def main() -> None:
    centre = Centre()

    async def handle(event: dict[str, Any]) -> None:
        said = event["data"]
        await answer(centre, f"/pharmacy/api/prescriptions/{said['rx_id']}", said["version"])

    await run("outside_pharmacy.events", (RECEIVED,), handle)


async def answer(centre: Centre, path: str, rx_version: int) -> None:
    """Until it is handed over. An amended prescription comes as a new event: then stop here."""
    rx = (await centre.get(path))["prescription"]
    while (step := NEXT.get(rx["state"])) and rx["rx_version"] == rx_version:
        body = await decide(step, rx)
        step = "reject" if "reason" in body else step
        rx |= await centre.step(path, rx, step, body)
    print(f"{rx['ticket_no']} is {rx['state']}", flush=True)


async def decide(step: str, rx: dict[str, Any]) -> dict[str, Any]:
    """What the pharmacist says; `reason` sends the prescription back to its prescriber."""
    if step == "review":
        for item in rx["items"]:
            print(f"{item['quantity']} {item['unit']} {item['drug_code']}, {item['dose']}")
        if reason := await ask("Enter to pass all three reviews, or why it goes back: "):
            return {"reason": reason}
        return dict.fromkeys(REVIEWS, True)
    if step == "prepare":
        return {}
    name, birth_date = await ask("Full name? "), await ask("Birth date (YYYY-MM-DD)? ")
    return {"full_name": name, "birth_date": birth_date, "instructions_given": True}


if __name__ == "__main__":
    asyncio.run(main())
