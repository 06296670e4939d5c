"""Errors that tell their reader what to do next (RFC 9457 problem+json at the edge).

Messages are Indonesian gettext msgids with `%(name)s` places; the edge translates them.
A problem is permanent: trying the same again gives the same answer, so a message that raises
one is parked at once. Anything else that goes wrong, and `StaleVersion`, is retried first.
"""

from typing import ClassVar


class Problem(Exception):
    """Base of every expected refusal. `field` names the input at fault."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "problem"

    def __init__(self, message: str, *, field: str | None = None, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Unauthenticated(Problem):
    status, code = 401, "unauthenticated"


class Forbidden(Problem):
    status, code = 403, "forbidden"


class NotFound(Problem):
    status, code = 404, "not_found"


class Conflict(Problem):
    status, code = 409, "conflict"


class IllegalTransition(Conflict):
    code = "illegal_transition"


class StaleVersion(Conflict):
    code = "stale_version"

    def __init__(self) -> None:
        super().__init__(
            "Data ini sudah diubah orang lain. Muat ulang halaman, lalu ulangi perubahan Anda"
        )


class Invalid(Problem):
    status, code = 422, "invalid"


class IdempotencyMismatch(Problem):
    """The same Idempotency-Key came with another body."""

    status, code = 422, "idempotency_key_reused"


class TooMany(Problem):
    status, code = 429, "too_many_requests"
