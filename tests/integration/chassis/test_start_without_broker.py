"""Rooms open though the broker is away; what they tell each other leaves when it comes."""

import pytest

from chassis.outbox import waiting
from chassis.settings import Settings
from tests.kit import Centre, eventually
from tests.kit.centre import run_centre
from tests.kit.network import cable_to_broker, through_cable

PATIENT = {"full_name": "Siti", "birth_date": "2025-09-14", "sex": "F"}
REASON = {"nik_absent_reason": "Belum punya NIK"}


async def parts(centre: Centre, service: str) -> tuple[int, dict[str, bool]]:
    answer = await centre.stranger().send("GET", f"/{service}/readyz")
    return answer.status, answer.body


@pytest.mark.mode("distributed")
async def test_rooms_open_without_the_broker_and_catch_up_when_it_comes(
    settings: Settings, broker: str
) -> None:
    async with cable_to_broker(broker) as cable:
        cable.pull()
        url = through_cable(broker, cable)
        async with run_centre(settings.model_copy(update={"amqp_url": url})) as centre:
            clerk = await centre.client("clerk")
            await clerk.post("/registration/api/patients", PATIENT | REASON)
            status, found = await parts(centre, "registration")
            assert (status, found["database"], found["broker"]) == (503, True, False)
            outbox = centre.house.service("registration").database
            assert await waiting(outbox, 10)

            cable.plug()

            async def is_whole() -> bool:
                return (await parts(centre, "registration"))[0] == 200

            async def is_out() -> bool:
                return not await waiting(outbox, 10)

            await eventually(is_whole, timeout=30)
            await eventually(is_out, timeout=30)
