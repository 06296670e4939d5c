"""Requests that no browser sends are refused as the caller's mistake, byte by byte as they come."""

import asyncio

import pytest

from tests.kit.centre import Centre

FORM = "/registration/desk/call-next"


async def status(centre: Centre, body: str, *headers: str) -> int:
    """The status of a form as it goes over the wire; no header is added."""
    clerk = await centre.client("clerk")
    token = clerk.headers["Authorization"].removeprefix("Bearer ")
    lines = (
        f"POST {FORM} HTTP/1.1",
        f"Cookie: alur_session={token}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", int(centre.address.split(":")[2]))
    try:
        writer.write("\r\n".join((*lines, "", body)).encode("latin-1"))
        answer = await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
    return int(answer.split(b" ")[1])


@pytest.mark.mode("embedded")
@pytest.mark.parametrize("name", ["idempotency_key", "version"])
async def test_a_hidden_field_sent_twice_is_refused(centre: Centre, name: str) -> None:
    body = f"{name}=1&{name}=2"
    assert await status(centre, body, "Host: rooms") == 422


@pytest.mark.mode("embedded")
@pytest.mark.parametrize("host", [(), ("Host: a", "Host: b"), ("Host: [::1",), ("Host: a:99999",)])
async def test_a_host_that_is_none_is_nobodys_own_site(
    centre: Centre, host: tuple[str, ...]
) -> None:
    assert await status(centre, "", "Origin: http://rooms", *host) == 403
