"""Refusals as answers: problem+json for programs and scripts, a page for people (RFC 9457)."""

import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from chassis.caller import address_of, identity_of, language_of
from chassis.database import is_transient
from chassis.errors import Invalid, Problem, Unauthenticated
from chassis.runtime import Service
from chassis.telemetry import fault

log = structlog.get_logger(__name__)

#: Pydantic's error types in plain words; the rest get the general sentence.
WORDS = {
    "missing": "Wajib diisi",
    "string_too_short": "Wajib diisi",
    "string_too_long": "Terlalu panjang",
    "string_pattern_mismatch": "Bentuknya tidak sesuai",
    "int_parsing": "Isi dengan bilangan bulat",
    "int_type": "Isi dengan bilangan bulat",
    "int_from_float": "Isi dengan bilangan bulat",
    "float_parsing": "Isi dengan angka",
    "float_type": "Isi dengan angka",
    "finite_number": "Isi dengan angka",
    "greater_than": "Nilainya terlalu kecil",
    "greater_than_equal": "Nilainya terlalu kecil",
    "less_than": "Nilainya terlalu besar",
    "less_than_equal": "Nilainya terlalu besar",
    "enum": "Pilih salah satu yang tersedia",
    "literal_error": "Pilih salah satu yang tersedia",
    "date_from_datetime_parsing": "Isi tanggal yang sah",
    "date_parsing": "Isi tanggal yang sah",
    "date_future": "Tanggal tidak boleh di masa depan",
    "date_past": "Tanggal harus sudah lewat",
    "uuid_parsing": "Nomor ini tidak sah",
    "bool_parsing": "Pilih ya atau tidak",
    "extra_forbidden": "Isian ini tidak dikenal",
    "json_invalid": "Isi permintaan bukan JSON yang sah",
    "too_short": "Isi sedikitnya satu",
}
#: Characters of a field name that an answer repeats.
MAX_FIELD = 120
UNSOUND = "Nilai ini tidak sah"
CHECK_FIELDS = "Periksa isian yang ditandai"


def install(app: FastAPI) -> None:
    """Every refusal a route may raise gets an answer that says what to do next.

    What nobody foresaw is answered by the front (`on_fault`).
    """
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(ValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, on_http)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    if isinstance(error, Unauthenticated) and wants_page(request) and request.method == "GET":
        where = _service(request).pages.room_url("registration", "/sign-in")
        return RedirectResponse(f"{where}?next={quote(address_of(request))}", 303)
    say = _say(request)
    detail = say(error.message, **error.params)
    errors = [{"field": error.field, "detail": detail}] if error.field else []
    return answer(request, error.status, error.code, detail, errors)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | ValidationError)
    say = _say(request)
    errors = [{"field": _field(item), "detail": _detail(say, item)} for item in error.errors()]
    return answer(request, Invalid.status, Invalid.code, say(CHECK_FIELDS), errors)


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {
        404: ("not_found", "Halaman ini tidak ada"),
        405: ("method_not_allowed", "Cara ini tidak berlaku di sini"),
        413: ("too_large", "Isian terlalu panjang"),
        503: ("unavailable", "Layanan ini sedang dimulai ulang. Tunggu sebentar, lalu coba lagi"),
    }
    code, message = codes.get(error.status_code, ("invalid", "Permintaan tidak dapat dibaca"))
    response = answer(request, error.status_code, code, _say(request)(message), [])
    response.headers.update(error.headers or {})
    return response


async def on_fault(request: Request, error: Exception) -> Response:
    """Not the caller's fault: say so, and whether trying again makes sense."""
    say = _say(request)
    if is_transient(error):
        log.warning("database_away", route=_route(request), error=type(error).__name__)
        message = "Basis data sedang tidak dapat dihubungi. Data Anda belum tersimpan, coba lagi"
        response = answer(request, 503, "unavailable", say(message), [])
        response.headers["Retry-After"] = "2"
        return response
    number = secrets.token_hex(4)  # what a person can say on the telephone finds the log line
    log.error("request_failed", fault=number, route=_route(request), **fault(error))
    message = (
        "Ada kesalahan di sistem. Data Anda belum tersimpan; beri tahu petugas sistem"
        " dan sebutkan kode %(number)s"
    )
    detail = say(message, number=number)
    return answer(request, 500, "fault", detail, [], instance=f"urn:alur:fault:{number}")


def _route(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "path", "unmatched"))


def answer(
    request: Request,
    status: int,
    code: str,
    detail: str,
    errors: Sequence[dict[str, Any]],
    **more: str,
) -> Response:
    """`more`: further members of the problem."""
    body: dict[str, Any] = {
        "type": f"https://alur.id/problems/{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    if errors:
        body["errors"] = list(errors)
    if not wants_page(request):
        return JSONResponse(body, status, media_type="application/problem+json")
    return HTMLResponse(_page(request, body), status)


def _page(request: Request, body: dict[str, Any]) -> str:
    """The refusal inside the room's own page, so that its reader is not lost."""
    service = _service(request)
    try:
        who = identity_of(request, service)
    except Problem:  # what is being answered is that nobody may be told who asks
        who = None
    return service.pages.render(
        "problem.html",
        language_of(request, service),
        problem=body,
        who=who,
        facility=service.profiles.get(who.facility) if who else None,
        path=request.url.path,
        # What a form was sent to is no page to come back to.
        address=address_of(request) if request.method == "GET" else service.pages.url(),
    )


def wants_page(request: Request) -> bool:
    """A person's browser without our script; programs ask below /api or for JSON."""
    return (
        "text/html" in request.headers.get("accept", "")
        and request.headers.get("x-requested-with") != "alur"
        and "/api/" not in request.url.path
    )


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _say(request: Request) -> Any:
    service = _service(request)
    language = language_of(request, service)

    def say(message: str, **params: object) -> str:
        return service.pages.texts.gettext(language, message, **params)

    return say


def _field(item: Any) -> str:
    place = [str(part) for part in item["loc"] if part not in {"body", "query", "path", "header"}]
    # A name may come from the caller: what cannot be written must not break the answer.
    return ".".join(place)[:MAX_FIELD].encode("utf-8", "replace").decode()


def _detail(say: Any, item: Any) -> str:
    if item["type"] == "value_error":
        cause = item.get("ctx", {}).get("error")
        return str(say(str(cause))) if cause else str(say(UNSOUND))
    return str(say(WORDS.get(item["type"], UNSOUND)))
