"""Who asks, in which language, and from which site: read before anything else of a request."""

from typing import Final

from fastapi import Request

from chassis.auth import Identity
from chassis.errors import Forbidden, Unauthenticated
from chassis.runtime import Service

SESSION_COOKIE: Final = "alur_session"
LANGUAGE_COOKIE: Final = "alur_language"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
ANYONE: Final = Identity("anonymous", "", "", frozenset(), frozenset())


def identity_of(request: Request, service: Service) -> Identity | None:
    """Who signed in: by bearer token, or by the cookie of the room pages.

    Raises Unauthenticated for a bearer token that is not valid; an old cookie is nobody.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return service.tokens.verify(token)
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        return None
    if request.method not in SAFE_METHODS:
        refuse_foreign_sites(request)
    try:
        return service.tokens.verify(cookie)
    except Unauthenticated:
        return None


def refuse_foreign_sites(request: Request) -> None:
    """A browser sends the cookie along whoever made the form: only our own pages may write."""
    site = request.headers.get("sec-fetch-site")
    if site in {"same-origin", "none"}:
        return
    origin, host = request.headers.get("origin"), request.headers.get("host")
    if site is None and (origin is None or origin.partition("://")[2] == host):
        return
    raise Forbidden("Permintaan dari situs lain ditolak")


def language_of(request: Request, service: Service) -> str:
    """The language switch decides, for programs `Accept-Language`; Indonesian otherwise.

    A room's PC may well have an English browser; its people did not choose that.
    """
    wanted = request.cookies.get(LANGUAGE_COOKIE)
    if wanted is None and "/api/" in request.url.path:
        wanted = request.headers.get("accept-language", "")[:2].lower()
    return service.pages.texts.language(wanted)


def address_of(request: Request) -> str:
    """The page's own address with its query, to come back to."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
