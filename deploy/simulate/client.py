"""A patient HTTP client: every command has an Idempotency-Key and is timed, by role and route."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from time import monotonic, perf_counter
from typing import Any, Self, TypeVar
from uuid import uuid4

import aiohttp

from deploy.demo import PASSWORD, username
from deploy.simulate.watch import Watch

T = TypeVar("T")

#: Answers of a system that is being started again: the same command is sent once more.
AWAY = frozenset({502, 503, 504})
#: How long to trust the live stream before asking unasked: asking costs the centre as much as work.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 1.0


def backoff() -> Iterator[float]:
    """Seconds to wait before asking again, each time longer."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 1.6, LONGEST_PAUSE)


class Refused(Exception):
    """A command got another answer than a room would expect here."""

    def __init__(self, name: str, method: str, path: str, status: int, body: Any) -> None:
        problem: dict[str, Any] = body if isinstance(body, dict) else {"detail": str(body)[:200]}
        self.code = str(problem.get("code", status))
        self.status = status
        errors: list[dict[str, str]] = problem.get("errors", [])
        fields = "; ".join(f"{error['field']}: {error['detail']}" for error in errors)
        detail = f"{problem.get('detail', '')} {fields}".strip()
        super().__init__(f"{name}: {method} {path} answered {status} {self.code}: {detail}")


class Overdue(Exception):
    """Something that the events should have brought did not arrive in time."""


class Client:
    """One signed-in client per role. `addresses`: service -> where it listens."""

    def __init__(self, addresses: Mapping[str, str], facility: str, patience: float) -> None:
        self._addresses, self._facility, self.patience = addresses, facility, patience
        self._tokens: dict[str, str] = {}
        #: Seconds of each answered command, by name.
        self.seconds: dict[str, list[float]] = defaultdict(list)

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=30)
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(timeout=timeout, connector=connector)
        self.watch = Watch(self._session)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.watch.close()
        await self._session.close()

    async def sign_in(self, *roles: str) -> None:
        for role in roles:
            who = {"username": username(role, self._facility), "password": PASSWORD}
            answer = await self._insist(
                "sign in", "POST", self._url("registration", "/api/session"), {}, who
            )
            self._tokens[role] = answer["token"]
        self.watch.listen(self._addresses, self._headers(roles[0]))

    async def command(
        self, name: str, role: str, service: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        """Send a command until it is answered; the key makes a second sending harmless."""
        headers = self._headers(role) | {"Idempotency-Key": str(uuid4())}
        return await self._insist(name, "POST", self._url(service, path), headers, body or {})

    async def read(self, name: str, role: str, service: str, path: str) -> Any:
        return await self._insist(name, "GET", self._url(service, path), self._headers(role), None)

    async def until(
        self,
        what: str,
        attempt: Callable[[], Awaitable[T | None]],
        service: str,
        topic: str = "",
        after: int = -1,
    ) -> T:
        """Repeat `attempt`, whenever the service says `topic` (or anything) changed.

        `after`: how often it was told when there was nothing to look for yet; without it the
        first attempt is made at once. Raises Overdue when patience ends.
        """
        deadline, pauses = monotonic() + self.patience, backoff()
        while True:
            await self.watch.news(service, topic, after, next(pauses))
            after = self.watch.count(service, topic)
            if (found := await attempt()) is not None:
                return found
            if monotonic() > deadline:
                raise Overdue(f"{what} did not happen within {self.patience:g} s")

    async def _insist(
        self, name: str, method: str, url: str, headers: Mapping[str, str], body: Any
    ) -> Any:
        deadline = monotonic() + self.patience
        while True:
            started = perf_counter()
            try:
                status, answer = await self._send(method, url, headers, body)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                status, answer = 503, f"{type(error).__name__}: {error}"
            if status not in AWAY or monotonic() > deadline:
                break
            await asyncio.sleep(0.2)
        if status >= 400:
            raise Refused(name, method, url, status, answer)
        self.seconds[name].append(perf_counter() - started)
        return answer

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: Any
    ) -> tuple[int, Any]:
        async with self._session.request(method, url, headers=headers, json=body) as answer:
            is_json = "json" in answer.content_type
            return answer.status, await (answer.json() if is_json else answer.text())

    def _headers(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[role]}"}

    def _url(self, service: str, path: str) -> str:
        return f"{self._addresses[service]}/{service}{path}"
