"""Readiness: the probe of a service names what is missing, that of a process which service."""

from chassis.bus import InProcessBus
from contracts.catalog import SERVICES
from tests.kit.centre import Centre


class Away(InProcessBus):
    """A broker that nobody reaches."""

    async def healthy(self) -> bool:
        return False


async def test_all_is_ready_in_a_running_centre(centre: Centre) -> None:
    anyone = centre.stranger()
    assert await anyone.get("/readyz") == dict.fromkeys(SERVICES, True)
    assert await anyone.get("/lab/readyz") == {"database": True, "bus": True}


async def test_a_service_without_its_bus_is_not_ready_and_says_so(centre: Centre) -> None:
    laboratory = centre.house.service("lab")
    laboratory.bus = Away()
    anyone = centre.stranger()
    process, service = await anyone.send("GET", "/readyz"), await anyone.send("GET", "/lab/readyz")
    assert (process.status, process.body) == (503, dict.fromkeys(SERVICES, True) | {"lab": False})
    assert (service.status, service.body) == (503, {"database": True, "bus": False})
