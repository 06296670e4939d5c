"""The session cookie of browsers: one for all rooms behind one address, out of reach of scripts."""

from fastapi.responses import Response

from chassis.caller import SESSION_COOKIE
from chassis.edge import Edge


def remember(edge: Edge, response: Response, token: str) -> None:
    secure = edge.request.url.scheme == "https"
    response.set_cookie(
        SESSION_COOKIE, token, httponly=True, secure=secure, samesite="lax", path="/"
    )


def forget(response: Response) -> None:
    response.delete_cookie(SESSION_COOKIE, path="/")
