"""The examples of the integration guide, run as another vendor would: processes of their own."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import aio_pika
import pytest
from aiormq.exceptions import ChannelAccessRefused

from tests.kit import Centre, eventually
from tests.kit.journey import Journey
from tests.kit.outside import (
    EXAMPLES,
    GUIDE,
    PASSWORD,
    Outside,
    admit,
    make_account,
    rabbitmqctl,
    says,
    types,
)
from tests.kit.tools import run

distributed = pytest.mark.mode("distributed")


@pytest.fixture
def kind() -> str:
    return "lab"


@pytest.fixture
async def outside(centre: Centre, broker: str, tmp_path: Path, kind: str) -> AsyncIterator[Outside]:
    """Admitted to the broker and to the centre; what it left there is removed afterwards."""
    namespace, name = centre.settings.amqp_namespace, f"outside_{uuid4().hex[:10]}"
    program = rabbitmqctl()
    environment = {
        "AMQP_URL": admit(program, kind, name, namespace, broker) if program else broker,
        "EXCHANGE": f"{namespace}.events",
        "QUEUE": f"{name}.events",
        "DATABASE": str(tmp_path / "outside.sqlite3"),
        "CENTRE_URL": centre.address,
        "CENTRE_USER": name,
        "CENTRE_PASSWORD": PASSWORD,
    }
    outside = Outside(kind, name, program is not None, environment)
    await make_account(centre, outside)
    try:
        yield outside
    finally:
        async with await aio_pika.connect(broker) as connection:
            await (await connection.channel()).queue_delete(environment["QUEUE"])
        if program:
            run(program, "-q", "delete_user", name)


@pytest.fixture
async def child(centre: Centre) -> Journey:
    """In the child unit, examined."""
    child = Journey(centre)
    await child.arrive()
    await child.examine()
    return child


async def released(child: Journey) -> list[float]:
    """The values that the child unit has got for its request."""
    midwife = await child.person("midwife")

    async def look() -> list[float]:
        (request,) = (await midwife.get(f"/clinical/api/encounters/{child.visit}"))["lab_requests"]
        return [value["value"] for version in request["results"] for value in version["results"]]

    return await eventually(look)


@distributed
async def test_the_result_of_another_vendors_laboratory_reaches_the_child_unit(
    child: Journey, outside: Outside
) -> None:
    async with outside.running() as process:
        await child.request_lab()
        await says(process, "routine from anak: 718-7")
        await types(process, "11,8")
        await says(process, "is released")
    assert await released(child) == [11.8]


@distributed
async def test_a_laboratory_that_was_killed_goes_on_where_the_order_stands(
    child: Journey, outside: Outside
) -> None:
    analyst = await child.person("analyst")

    async def waits_for_its_value() -> bool:
        answer = await analyst.send("GET", f"/lab/api/orders/{child.order}")
        return answer.status == 200 and answer.body["state"] == "received"

    async with outside.running():
        await child.request_lab()
        await eventually(waits_for_its_value)
    async with outside.running() as process:
        await types(process, "11.8")
        await says(process, "is released")
    assert await released(child) == [11.8]


@distributed
@pytest.mark.parametrize("kind", ["pharmacy"])
async def test_another_vendors_pharmacy_hands_over_what_the_child_unit_prescribed(
    child: Journey, outside: Outside
) -> None:
    async with outside.running() as process:
        await child.prescribe()
        await child.complete()
        await types(process, "", child.said["full_name"], child.said["birth_date"])
        await says(process, "is dispensed")
    clerk = await child.person("clerk")

    async def is_over() -> bool:
        visit = await clerk.get(f"/registration/api/visits/{child.visit}")
        return bool(visit["state"] == "completed")

    await eventually(is_over)


@distributed
@pytest.mark.parametrize(
    "key", ["*.clinical.lab.requested.v1", "dharma_rini.registration.patient.routed.v1"]
)
async def test_a_subscriber_binds_no_key_but_those_it_was_promised(
    outside: Outside, key: str
) -> None:
    if not outside.is_restricted:
        pytest.skip("NOT TESTED: rabbitmqctl may not speak to this broker")
    async with await aio_pika.connect(outside.environment["AMQP_URL"]) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(outside.environment["QUEUE"], durable=True)
        with pytest.raises(ChannelAccessRefused):
            await queue.bind(outside.environment["EXCHANGE"], key)


def test_the_guide_shows_the_program_that_is_run() -> None:
    assert f"```python\n{(EXAMPLES / 'outside_lab.py').read_text(encoding='utf-8')}```" in GUIDE
