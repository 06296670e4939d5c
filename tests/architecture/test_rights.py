"""Deny by default: every route declares a right its service knows; what is open is listed."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route

from chassis.edge import PUBLIC
from chassis.service import COMMON, open_house
from chassis.settings import Settings
from chassis.web.rooms import OPENED_BY
from contracts.catalog import SERVICES
from deploy.demo import ROLES
from deploy.process import front_door, profiles
from tests.kit.apps import apps
from tests.kit.routes import HttpRoute, routes_of

#: Everything that answers somebody who has not signed in, and why.
OPEN = {
    "GET /assets/": "style sheet, script and fonts; the sign-in page needs them",
    "GET /openapi.json": "the description of the API, committed and published anyway",
    "GET /healthz": "probe",
    "GET /readyz": "probe",
    "GET /metrics": "numbers without identity, for Prometheus",
    "GET /language/{code}": "the language switch, also on the sign-in page",
    "POST /api/session": "sign-in of programs",
    "GET /sign-in": "sign-in of people",
    "POST /sign-in": "sign-in of people",
    "POST /sign-out": "forgets the session",
}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FastAPI]:
    settings = Settings(mode="embedded", data_dir=tmp_path_factory.mktemp("house"), _env_file=None)

    async def build() -> dict[str, FastAPI]:
        house = await open_house(settings, profiles(settings))
        try:
            return apps(house)
        finally:
            await house.close()

    return asyncio.run(build())


@pytest.fixture(scope="module")
def routes(services: dict[str, FastAPI]) -> list[HttpRoute]:
    return [route for app in services.values() for route in routes_of(app)]


def name_of(route: HttpRoute) -> str:
    return f"{route.method} {route.path}"


def test_every_service_is_looked_at(routes: list[HttpRoute]) -> None:
    assert {route.service for route in routes} == set(SERVICES)
    for page in ("/live", "/", "/operations", "/parts/summary"):
        assert {r.service for r in routes if r.path == page} == set(SERVICES), page


def test_every_route_declares_exactly_one_right_or_is_listed_as_open(
    routes: list[HttpRoute],
) -> None:
    undeclared = [r.label for r in routes if len(r.rights) != 1 and name_of(r) not in OPEN]
    assert undeclared == []


def test_only_listed_routes_are_public(routes: list[HttpRoute]) -> None:
    public = [r.label for r in routes if PUBLIC in r.rights and name_of(r) not in OPEN]
    assert public == []


def test_the_list_of_open_routes_has_nothing_superfluous(routes: list[HttpRoute]) -> None:
    assert set(OPEN) - {name_of(r) for r in routes} == set()


def test_every_declared_right_is_known_to_its_service_and_held_by_somebody(
    services: dict[str, FastAPI], routes: list[HttpRoute]
) -> None:
    for route in routes:
        for right in route.rights:
            if right != PUBLIC:
                rights = services[route.service].state.service.rights
                assert rights.get(right), f"{route.label}: nobody has the right {right}"


def test_every_right_of_a_service_is_asked_for_somewhere(
    services: dict[str, FastAPI], routes: list[HttpRoute]
) -> None:
    for name, app in services.items():
        used = {right for r in routes if r.service == name for right in r.rights}
        sources = "".join(
            file.read_text(encoding="utf-8") for file in Path("services", name).rglob("*.py")
        )
        idle = {
            right
            for right in set(app.state.service.rights) - used
            if sources.count(f'"{right}"') < 2  # declared, and asked for inside a use case
        }
        assert idle == set(), name


def test_rights_are_given_to_roles_that_exist(services: dict[str, FastAPI]) -> None:
    known = set(ROLES) | COMMON["live"]
    for name, app in services.items():
        given = set().union(*app.state.service.rights.values())
        assert given - known == set(), name


def test_a_service_does_not_soften_the_common_rights(services: dict[str, FastAPI]) -> None:
    for name, app in services.items():
        for right, roles in COMMON.items():
            assert app.state.service.rights[right] <= roles, f"{name}: {right}"


def test_the_bar_links_to_a_room_for_exactly_those_it_opens_for(
    services: dict[str, FastAPI], routes: list[HttpRoute]
) -> None:
    for (room, page), roles in OPENED_BY.items():
        (front,) = [r for r in routes if (r.service, r.label) == (room, f"GET /{room}{page}")]
        (right,) = front.rights
        assert services[room].state.service.rights[right] == roles, front.label


def test_in_front_of_the_services_stand_only_the_door_and_the_probes(
    services: dict[str, FastAPI],
) -> None:
    house: Any = SimpleNamespace(settings=Settings(_env_file=None))
    door = front_door(house, services, list(services))
    plain = {route.path for route in door.routes if isinstance(route, Route)}
    assert plain == {"/", "/healthz", "/readyz", "/metrics"}
    mounted = {route.path for route in door.routes if isinstance(route, Mount)}
    assert mounted == {f"/{service}" for service in SERVICES}
    assert {type(route) for route in door.routes} == {Route, Mount}
