"""Who is nobody is told so; who belongs elsewhere sees nothing; browsers are protected."""

import re
import time
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from chassis.auth import ALGORITHM, Identity, Tokens, local_keys
from chassis.caller import LANGUAGE_COOKIE, SESSION_COOKIE
from chassis.service import COMMON
from contracts.catalog import SERVICES
from deploy.demo import PASSWORD, username
from tests.kit.apps import apps, signed_in
from tests.kit.centre import Answer, Centre, Client
from tests.kit.commits import watched
from tests.kit.hostile import sample
from tests.kit.journey import Journey
from tests.kit.routes import WORDS, path_of, routes_of

TICKETS = "/registration/api/tickets"
CLERK = Identity("wati", "Wati", "dharma_rini", frozenset({"clerk"}), frozenset({"*"}))


async def as_bearer(centre: Centre, token: str) -> Answer:
    return await centre.stranger().send(
        "GET", TICKETS, headers={"Authorization": f"Bearer {token}"}
    )


def tokens(centre: Centre, **changes: Any) -> Tokens:
    """Of this installation, but for `changes`."""
    keys, signing = local_keys(centre.settings.data_dir)
    parts: dict[str, Any] = {"keys": keys, "signing": signing, "minutes": 5}
    parts |= {"issuer": "alur", "audience": "alur"}
    return Tokens(**(parts | changes))


@pytest.mark.mode("embedded")
async def test_only_a_sound_token_of_this_installation_opens_the_door(centre: Centre) -> None:
    keys, signing = local_keys(centre.settings.data_dir)
    foreign = ECKey.generate_key("P-256", {"kid": signing.kid or "", "use": "sig"})
    good = tokens(centre).issue(CLERK)
    head, payload, signature = good.split(".")
    claims = jwt.decode(good, keys, algorithms=[ALGORITHM]).claims
    none = jwt.encode({"alg": "none"}, claims, signing, algorithms=["none"])
    public = OctKey.import_key(str(keys.as_dict(private=False)).encode())
    wrong = {
        "expired": tokens(centre).issue(CLERK, time.time() - 3600),
        "other audience": tokens(centre, audience="else").issue(CLERK),
        "other issuer": tokens(centre, issuer="else").issue(CLERK),
        "other key": tokens(centre, keys=KeySet([foreign]), signing=foreign).issue(CLERK),
        "unsigned": none,
        "signature cut": f"{head}.{payload}.",
        "signed with the public key": jwt.encode({"alg": "HS256"}, claims, public),
        "another payload": f"{head}.{payload[:-4]}AAAA.{signature}",
        "no roles": _without(claims, signing, "roles"),
        "no expiry": _without(claims, signing, "exp"),
        "roles are no list": _with(claims, signing, roles=7),
        "no token": "x.y.z",
        "empty parts": "..",
    }
    assert (await as_bearer(centre, good)).status == 200
    for what, token in wrong.items():
        answer = await as_bearer(centre, token)
        assert (answer.status, answer.code) == (401, "unauthenticated"), what
    assert (await centre.stranger().send("GET", TICKETS)).status == 401


def _without(claims: dict[str, Any], key: ECKey, name: str) -> str:
    return _with({k: v for k, v in claims.items() if k != name}, key)


def _with(claims: dict[str, Any], key: ECKey, **changes: Any) -> str:
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims | changes, key)


@pytest.mark.mode("embedded")
async def test_a_token_of_an_unknown_centre_or_without_the_right_is_forbidden(
    centre: Centre,
) -> None:
    elsewhere = Identity("x", "X", "nowhere", frozenset({"clerk"}), frozenset({"*"}))
    answer = await as_bearer(centre, tokens(centre).issue(elsewhere))
    assert (answer.status, answer.code) == (403, "forbidden")
    nobody = Identity("x", "X", "dharma_rini", frozenset(), frozenset())
    assert (await as_bearer(centre, tokens(centre).issue(nobody))).status == 403


async def test_strangers_are_refused_everywhere_and_everybody_where_they_have_no_right(
    centre: Centre,
) -> None:
    """Every route but the open ones, without a token and with one of every role that may not."""
    wrong = []
    for name, app in apps(centre.house).items():
        guarded = [r for r in routes_of(app) if r.rights and "public" not in r.rights]
        assert guarded
        async with signed_in(centre.house, app) as stranger:
            for route in guarded:
                answer = await stranger.request(route.method, path_of(route.path, WORDS), json={})
                if answer.status_code != 401:
                    wrong.append(f"{route.label}: {answer.status_code} for a stranger")
        for role in COMMON["live"]:
            async with signed_in(centre.house, app, role) as client:
                for route in guarded:
                    if role in app.state.service.rights[route.rights[0]]:
                        continue
                    path = path_of(route.path, WORDS)
                    answer = await client.request(route.method, path, json={})
                    if answer.status_code != 403 and not _says_only_what_is_wrong(answer):
                        wrong.append(f"{name} {route.label}: {answer.status_code} for {role}")
    assert wrong == []


def _says_only_what_is_wrong(answer: Any) -> bool:
    """The shape of an address may be refused before the right is looked at: nothing is told."""
    return bool(answer.status_code == 422)


async def test_one_centre_never_sees_the_rows_of_another(centre: Centre) -> None:
    journey = Journey(centre)
    traces = await journey.leave_traces()
    ids = WORDS | traces
    wrong = []
    for name, app in apps(centre.house).items():
        async with signed_in(centre.house, app, *COMMON["live"], facility="tarik2") as other:
            for route in routes_of(app):
                body = sample(route.model, ids) if route.model else {}
                if not (set(route.parameters) | body.keys()) & traces.keys():
                    continue
                with watched(centre.house, name) as commits:
                    answer = await other.request(route.method, path_of(route.path, ids), json=body)
                if answer.status_code not in {403, 404, 422} and answer.text != "[]":
                    wrong.append(f"{route.label}: {answer.status_code} {answer.text[:80]}")
                if commits.tables or journey.name in answer.text:
                    wrong.append(f"{route.label}: changed {commits.tables} or shows the name")
    assert wrong == []
    clerk = await centre.client("clerk", "tarik2")
    said = {"name": journey.name, "birth_date": journey.born.isoformat()}
    assert await clerk.post("/registration/api/patients/search", said) == []
    assert await clerk.get(f"{TICKETS}?limit=200") == []


async def sign_in(centre: Centre, **headers: str) -> Answer:
    form = {"username": username("clerk", "dharma_rini"), "password": PASSWORD}
    return await Client(centre.session, centre.address).send(
        "POST", "/registration/sign-in", data=form, headers=headers
    )


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    centre: Centre,
) -> None:
    answer = await sign_in(centre)
    assert answer.status == 303
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert {"httponly", "samesite=lax", "path=/"} <= set(cookie.lower().replace(" ", "").split(";"))
    token = cookie.partition("=")[2].partition(";")[0]
    browser = {"Cookie": f"{SESSION_COOKIE}={token}"}
    client = centre.stranger()
    assert (await client.send("GET", TICKETS, headers=browser)).status == 200
    foreign: list[dict[str, str]] = [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ]
    for headers in foreign:
        for path in ("/registration/desk/call-next", TICKETS, "/registration/sign-out"):
            answer = await client.send("POST", path, {}, headers=browser | headers)
            assert (answer.status, answer.code) == (403, "forbidden"), (path, headers)
        assert (await sign_in(centre, **headers)).status == 403
    own = {"Sec-Fetch-Site": "same-origin"}
    assert (await client.send("POST", TICKETS, {}, headers=browser | own)).status == 201
    same = {"Origin": centre.address}
    assert (await client.send("POST", TICKETS, {}, headers=browser | same)).status == 201


async def test_an_answer_leads_to_no_other_site(centre: Centre) -> None:
    places = ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)")
    for place in places:
        form = {"username": username("clerk", "dharma_rini"), "password": PASSWORD}
        signed = await centre.stranger().send(
            "POST", f"/registration/sign-in?next={place}", data=form
        )
        assert signed.headers["location"] == "/registration/", place
        switched = await centre.stranger().send("GET", f"/lab/language/en?next={place}")
        assert switched.headers["location"] == "/", place
        assert LANGUAGE_COOKIE in switched.headers["set-cookie"]


class Sources(HTMLParser):
    """Finds what a strict content security policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.blocked: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self._script = tag == "script" and "src" not in named
        if tag == "style" or "style" in named:
            self.blocked.append(f"style in <{tag}>")
        self.blocked += [f"{name} in <{tag}>" for name in named if name.startswith("on")]
        for name in ("src", "href", "action"):
            target = named.get(name) or ""
            if re.match(r"(?i)\s*(javascript|data):|https?://|//", target):
                self.blocked.append(f"{name}={target[:40]} in <{tag}>")

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.blocked.append("script without src")


@pytest.mark.parametrize("service", SERVICES)
async def test_every_page_is_safe_in_a_browser_and_none_faults_in_an_empty_centre(
    centre: Centre, service: str
) -> None:
    """Every page of a service as each role, with nothing in the databases but accounts."""
    app = apps(centre.house, [service])[service]
    pages = [r for r in routes_of(app) if r.method == "GET" and r.path not in {"/live", "/assets/"}]
    wrong = []
    for role in (*sorted(COMMON["live"]), ""):
        async with signed_in(centre.house, app, *[role] if role else []) as client:
            for route in pages:
                path = path_of(route.path, {**WORDS, "visit_id": str(uuid4())})
                answer = await client.get(path, headers={"Accept": "text/html"})
                if answer.status_code >= 500:
                    wrong.append(f"{route.label}: {answer.status_code} for {role}")
                if "html" in answer.headers.get("content-type", ""):
                    wrong += [f"{route.label}: {what}" for what in unsafe(answer)]
    assert wrong == []


def unsafe(answer: Any) -> list[str]:
    policy = answer.headers.get("content-security-policy", "")
    found = [] if "default-src 'self'" in policy else ["no content security policy"]
    found += ["the policy allows inline"] if "unsafe" in policy else []
    if answer.headers.get("x-content-type-options") != "nosniff":
        found.append("no nosniff")
    if answer.headers.get("x-frame-options") != "DENY":
        found.append("may be framed")
    if "referrer-policy" not in answer.headers:
        found.append("no referrer policy")
    sources = Sources()
    sources.feed(answer.text)
    return found + sources.blocked
