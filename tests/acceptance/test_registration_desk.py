"""What the five procedures ask of the desk: numbers, papers, record numbers, the way to a room."""

import pytest

from tests.kit.centre import Centre


@pytest.mark.requirement("DR-5.1")
async def test_given_two_people_when_each_takes_a_number_then_no_number_is_given_twice(
    centre: Centre,
) -> None:
    machine = await centre.client("queue_machine")
    first = await machine.post("/registration/api/tickets", {"service_point": "loket"})
    second = await machine.post("/registration/api/tickets", {"service_point": "loket"})
    assert first["ticket_no"] == "A-001"
    assert second["number"] == first["number"] + 1
