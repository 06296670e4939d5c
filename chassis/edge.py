"""The HTTP edge: who asks, may they, one transaction, one commit, one answer.

A route declares its right with `allow(...)` and hands a use case to `command` (JSON, writes),
`query` (JSON, reads), `load` and `page` (HTML) or `submit` (a form). Nothing else commits.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from chassis.auth import SIGN_IN_AGAIN, Identity
from chassis.bodies import (
    as_json,
    form_fields,
    json_response,
    refuse_unstorable,
    take_one,
    validated,
)
from chassis.caller import (
    ANYONE,
    SAFE_METHODS,
    address_of,
    identity_of,
    language_of,
    refuse_foreign_sites,
)
from chassis.database import RETRY_AT_ONCE
from chassis.errors import (
    Conflict,
    Forbidden,
    IdempotencyMismatch,
    Invalid,
    NotFound,
    Unauthenticated,
)
from chassis.runtime import Service
from chassis.tables import idempotency
from chassis.telemetry import traceparent
from chassis.work import Work, digest_of
from contracts.envelope import Actor
from contracts.facility import Facility

T = TypeVar("T")
F = TypeVar("F", bound=BaseModel)

#: The right of routes that need no sign-in; still declared, so that none is open by accident.
PUBLIC = "public"
TRIES = 4
MAX_KEY = 80
#: Fields of every form that belong to the chassis.
HIDDEN = frozenset({"idempotency_key", "version"})


def allow(right: str) -> Any:
    """The dependency of a route: gives it an `Edge`, or refuses who lacks the right."""

    async def enter(request: Request) -> Edge:
        service: Service = request.app.state.service
        if right == PUBLIC:
            if request.method not in SAFE_METHODS:
                refuse_foreign_sites(request)
            await refuse_unstorable(request)
            return Edge(request, service, identity_of(request, service) or ANYONE)
        who = identity_of(request, service)
        if who is None:
            raise Unauthenticated(SIGN_IN_AGAIN)
        if not who.roles & service.rights[right]:
            raise Forbidden("Anda tidak berhak melakukan ini. Minta bantuan atasan Anda")
        if who.facility not in service.profiles:
            raise Forbidden("Puskesmas Anda tidak dikenal di sistem ini")
        await refuse_unstorable(request)
        return Edge(request, service, who)

    enter.right = right  # type: ignore[attr-defined]
    return Depends(enter)


@dataclass
class Edge:
    """One request."""

    request: Request
    service: Service
    who: Identity

    @property
    def facility(self) -> Facility:
        """The caller's centre; on public pages the one named in the query, else the first."""
        profiles = self.service.profiles
        first = next(iter(profiles), "")
        code = self.who.facility or self.request.query_params.get("facility", first)
        if code not in profiles:
            raise NotFound("Puskesmas ini tidak dikenal")
        return profiles[code]

    @property
    def language(self) -> str:
        return language_of(self.request, self.service)

    async def command(
        self,
        run: Callable[[Work], Awaitable[T]],
        *,
        answer: Any,
        status: int = 200,
    ) -> Response:
        """Run a use case in one transaction and answer with JSON of the type `answer`."""
        key = self.request.headers.get("idempotency-key")
        payload, status = await self._once(
            key, await self.request.body(), status, run, lambda result: as_json(answer, result)
        )
        return json_response(payload, status)

    async def query(self, run: Callable[[Work], Awaitable[T]], *, answer: Any) -> Response:
        """Run a use case that only reads (its audit entries are kept) and answer with JSON."""
        return json_response(as_json(answer, await self.load(run)), 200)

    async def load(self, run: Callable[[Work], Awaitable[T]]) -> T:
        """What a reading use case returns, for a page."""
        async with self.service.database.reading() as connection:
            work = self._work(connection)
            result = await run(work)
        if work.pending.audits:
            await self.service.database.run_alone(work.pending.flush)
        return result

    async def submit(
        self,
        schema: type[F],
        run: Callable[[Work, F], Awaitable[T]],
        *,
        to: str | Callable[[T], str],
    ) -> Response:
        """Run a use case on a form, then go to the page `to` (a path of this service)."""
        raw = await self.request.body()
        fields = form_fields(raw)
        key = take_one(fields, "idempotency_key") or self.request.headers.get("idempotency-key")
        version = take_one(fields, "version")
        form = validated(schema, fields)

        async def run_form(work: Work) -> T:
            return await run(replace(work, expected_version=_number(version)), form)

        def place(result: T) -> str:
            return json.dumps({"to": to if isinstance(to, str) else to(result)})

        payload, _ = await self._once(key, raw, 303, run_form, place)
        target = self.service.pages.url(json.loads(payload)["to"])
        if self.request.headers.get("x-requested-with") == "alur":
            # The page's script goes there itself; a redirect would render the page twice.
            return Response(status_code=204, headers={"Location": target})
        return RedirectResponse(target, 303)

    async def form(self, schema: type[F]) -> F:
        """A form's fields, validated."""
        fields = form_fields(await self.request.body())
        return validated(schema, {k: v for k, v in fields.items() if k not in HIDDEN})

    def page(self, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
        """A whole page, or a part of one, in the reader's language."""
        facility = self.service.profiles.get(self.who.facility)
        known: dict[str, object] = {
            "who": self.who if self.who is not ANYONE else None,
            "facility": facility,
            "language": self.language,
            "at": datetime.now(UTC),
            "path": self.request.url.path,
            "address": address_of(self.request),
            "zone": facility.zone if facility else UTC,
        }
        html = self.service.pages.render(template, self.language, **(known | context))
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})

    part = page

    async def _once(
        self,
        key: str | None,
        raw: bytes,
        status: int,
        run: Callable[[Work], Awaitable[T]],
        encode: Callable[[T], str],
    ) -> tuple[str, int]:
        """Commit once; a key seen before gets the stored answer, whatever the command says now."""
        if key and len(key) > MAX_KEY:
            raise Invalid("Terlalu panjang", field="Idempotency-Key")
        digest = digest_of(self.request.method, self.request.url.path, raw) if key else ""
        for attempt in range(TRIES):
            try:
                return await self._transact(key, digest, status, run, encode), status
            except (Conflict, Invalid, NotFound, IntegrityError) as error:
                if key and (stored := await self._stored(key, digest)):
                    return stored
                if isinstance(error, IntegrityError):
                    if attempt == 0:  # what stands in the way is seen by a second try
                        continue
                    raise Conflict(
                        "Data ini sudah ada atau baru saja diubah. Muat ulang"
                    ) from error
                raise
            except DataError as error:
                raise Invalid("Ada nilai yang terlalu besar atau tidak sah") from error
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in RETRY_AT_ONCE or attempt == TRIES - 1:
                    raise
                await asyncio.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    async def _transact(
        self,
        key: str | None,
        digest: str,
        status: int,
        run: Callable[[Work], Awaitable[T]],
        encode: Callable[[T], str],
    ) -> str:
        async with self.service.database.writing(at_once=False) as connection:
            work = self._work(connection)
            payload = encode(await run(work))
            if key:
                work.remember(key, digest, status, payload)
            await work.flush()
        self.service.after_commit(work.pending)
        return payload

    async def _stored(self, key: str, digest: str) -> tuple[str, int] | None:
        statement = select(idempotency).where(
            idempotency.c.actor == self.who.staff_id, idempotency.c.key == key
        )
        async with self.service.database.reading() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            return None
        if row.digest != digest:
            raise IdempotencyMismatch(
                "Kunci Idempotency-Key ini sudah dipakai untuk perintah yang lain"
            )
        return row.answer, row.status

    def _work(self, connection: Any) -> Work:
        visited = self.who.actor if self.who is not ANYONE else Actor("anonymous", "", "")
        return Work(
            database=self.service.database,
            connection=connection,
            actor=visited,
            actor_name=self.who.name,
            facility=self.facility,
            at=datetime.now(UTC),
            expected_version=_etag(self.request.headers.get("if-match")),
            traceparent=traceparent(),
        )


def _etag(value: str | None) -> int | None:
    """The version in `If-Match`; a header that is no version of ours matches nothing."""
    if value is None or value.strip() == "*":
        return None
    return _number(value.strip().removeprefix("W/").strip('"'))


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if text.isdecimal() and len(text) < 10 else -1
