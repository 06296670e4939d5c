"""Steps the registration acceptance tests share: through HTTP only, as a desk takes them."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.kit.centre import Centre, Client
from tests.kit.waiting import eventually

R = "/registration/api"
EAST = "Asia/Makassar"


def born(months: int = 0, years: int = 0, days: int = 0, zone: str = "Asia/Jakarta") -> str:
    """The birth date of somebody who is this old today (`days` more than whole months)."""
    today = datetime.now(ZoneInfo(zone)).date()
    total = today.year * 12 + today.month - 1 - months - 12 * years
    first = date(total // 12, total % 12 + 1, 1)
    return (first + timedelta(days=today.day - 1 - days)).isoformat()


async def patient(client: Client, birth_date: str, **changes: Any) -> Any:
    """A new patient without NIK, so that each test has its own."""
    body = {
        "full_name": "Ratna Dewi",
        "birth_date": birth_date,
        "sex": "F",
        "nik_absent_reason": "kartu keluarga sedang diurus",
    }
    return await client.post(f"{R}/patients", body | changes)


async def visit(client: Client, patient_id: str, **changes: Any) -> Any:
    return await client.post(
        f"{R}/visits", {"patient_id": patient_id, "documents": ["kk"]} | changes
    )


def papers(of: Any) -> dict[str, str]:
    return {paper["type"]: paper["status"] for paper in of["documents"]}


async def on_worklist(centre: Centre, facility: str, unit: str, visit_id: str) -> Any:
    """The line of a visit on a room's worklist, as soon as the room knows of it."""
    nurse = await centre.client("nurse", facility)

    async def look() -> Any:
        listed = await nurse.get(f"/clinical/api/worklist?unit={unit}&limit=100")
        found = [line for line in listed if line["visit_id"] == visit_id]
        return found[0] if found and found[0]["full_name"] else None

    return await eventually(look)
