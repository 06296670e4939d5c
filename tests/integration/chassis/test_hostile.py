"""No body, form or query string of any kind makes a service fault, or leaves half a change behind.

Every route is found in the running applications, and tried as every role that may call it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.service import COMMON, House
from contracts.catalog import SERVICES
from tests.kit.apps import apps, signed_in
from tests.kit.centre import Centre
from tests.kit.commits import watched
from tests.kit.hostile import FORMS, QUERIES, RAW, sample, spoilt, spoilt_forms
from tests.kit.journey import Journey
from tests.kit.routes import WORDS, HttpRoute, path_of, routes_of

pytestmark = pytest.mark.timeout(600)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.fixture
async def known(centre: Centre) -> dict[str, str]:
    """Ids of things that exist in every room, by the name of their path parameter."""
    ids = await Journey(centre).leave_traces()
    stock = await (await centre.client("pharmacist")).get("/pharmacy/api/stock")
    return WORDS | ids | {"lot_id": stock[0]["id"]}


def roles_of(app: FastAPI, route: HttpRoute) -> list[str]:
    """Who may call a route; one role is tried with everything, the others with whole bodies."""
    rights = app.state.service.rights
    return sorted(set().union(*(rights.get(right, ()) for right in route.rights)))


def bodies(route: HttpRoute, model: Any, known: dict[str, str], *, thorough: bool) -> Iterator[Any]:
    """Content type and body."""
    for raw in RAW if route.is_api else FORMS:
        yield (JSON if route.is_api else FORM), raw
    if not thorough:
        return
    yield "text/plain", b"hello"
    yield "multipart/form-data; boundary=x", b"--x\r\nnot a part"
    if model is None:
        return
    good = sample(model, known)
    variants = spoilt(good) if route.is_api else spoilt_forms(good)
    for body in variants:
        yield (JSON if route.is_api else FORM), body


@pytest.mark.parametrize("service", SERVICES)
async def test_no_body_makes_a_service_fault_or_leaves_half_a_change(
    centre: Centre, known: dict[str, str], service: str
) -> None:
    app = apps(centre.house, [service])[service]
    routes = [route for route in routes_of(app) if route.method == "POST"]
    models = {route.path.removeprefix("/api"): route.model for route in routes if route.is_api}
    wrong: Counter[str] = Counter()
    for route in routes:
        model = route.model or models.get(route.path)
        for index, role in enumerate(roles_of(app, route) or [""]):
            offers = bodies(route, model, known, thorough=index == 0)
            async with signed_in(centre.house, app, *[role] if role else []) as client:
                wrong += await offer(client, centre.house, route, known, offers)
    assert wrong == Counter()


async def test_what_a_request_commits_is_heard(centre: Centre) -> None:
    app = apps(centre.house, ["registration"])["registration"]
    async with signed_in(centre.house, app, "clerk") as clerk:
        with watched(centre.house, "registration") as commits:
            await clerk.post("/api/tickets", json={})
    assert "ticket" in commits.tables, "else the tests above and below would prove nothing"


async def offer(
    client: httpx.AsyncClient,
    house: House,
    route: HttpRoute,
    known: dict[str, str],
    offers: Iterator[Any],
) -> Counter[str]:
    """Send everything; returns what went wrong, and with which body first."""
    wrong: Counter[str] = Counter()
    # Failed attempts to sign in are counted on purpose.
    may_write = "public" in route.rights
    for content_type, body in offers:
        ids = known if len(body) % 3 else WORDS
        with watched(house, route.service) as commits:
            answer = await client.post(
                path_of(route.path, ids), content=body, headers={"Content-Type": content_type}
            )
        if answer.status_code >= 500:
            wrong[f"{route.label}: {answer.status_code} for {body[:120]!r}"] += 1
        elif answer.status_code >= 400 and commits.tables and not may_write:
            wrong[f"{route.label}: {answer.status_code} wrote {commits.tables}"] += 1
        if answer.status_code >= 400 and "problem+json" not in answer.headers["content-type"]:
            wrong[f"{route.label}: {answer.status_code} without problem+json"] += 1
    return wrong


@pytest.mark.parametrize("service", SERVICES)
async def test_no_query_string_makes_a_page_fault(
    centre: Centre, known: dict[str, str], service: str
) -> None:
    app = apps(centre.house, [service])[service]
    wrong = []
    async with signed_in(centre.house, app, *COMMON["live"]) as client:
        for route in routes_of(app):
            if route.method != "GET" or route.path == "/live":
                continue
            for query in QUERIES:
                answer = await client.get(f"{path_of(route.path, known)}?{query}")
                if answer.status_code >= 500:
                    wrong.append(f"{route.label}?{query[:60]}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
async def test_no_path_id_makes_a_service_fault(centre: Centre, service: str) -> None:
    app = apps(centre.house, [service])[service]
    strange = ("x", "%00", "0", "-1", "%F0%9F%98%80", "a" * 3_000, "..%2f..", "%ed%a0%80", "null")
    wrong = []
    async with signed_in(centre.house, app, *COMMON["live"]) as client:
        for route in routes_of(app):
            for word in strange if "{" in route.path else ():
                path = path_of(route.path, dict.fromkeys(route.parameters, word))
                answer = await client.request(route.method, path, follow_redirects=False)
                if answer.status_code >= 500:
                    wrong.append(f"{route.method} {path[:90]}: {answer.status_code}")
    assert wrong == []
