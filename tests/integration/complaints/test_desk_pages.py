"""The pages: exactly one next form in each state, in both languages, and what each role sees."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.complaints.desk import PHONE, REPORTER, WAY, Desk

FORMS = {
    "received": "details",
    "analysis": "assign",
    "clarification": "clarify",
    "remedy": "remedy",
    "improvement": "improve",
    "monitoring": "monitor",
    "closed": "reopen",
}
ASIDE = {"duplicate", "out_of_scope", "escalate"}


def forms_on(html: str) -> list[str]:
    return re.findall(r'action="/complaints/complaints/[0-9a-f-]+/(\w+)"', html)


async def test_each_state_offers_exactly_its_one_next_form(desk: Desk) -> None:
    received = await desk.complain()
    state = "received"
    for _, _, following in [*WAY, ("", {}, "")]:
        page = (await desk.get(f"/complaints/{received['id']}")).text
        offered = [form for form in forms_on(page) if form not in ASIDE]
        assert offered == ([FORMS[state]] if state in FORMS else []), state
        if following:
            await desk.walk_one(received["id"], following)
            state = following


async def test_only_the_head_is_offered_to_acknowledge(desk: Desk) -> None:
    received = await desk.complain()
    await desk.walk(received["id"], until="reported")
    path = f"/complaints/{received['id']}"
    assert "report" not in forms_on((await desk.get(path)).text)
    assert "report" in forms_on((await desk.get(path, role="head")).text)


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", "identitas pelapor, riwayat kasus, lokasi kasus"), ("en", "identity of the reporter")],
)
async def test_the_form_quotes_the_procedure(desk: Desk, language: str, words: str) -> None:
    received = await desk.complain()
    page = await desk.get(f"/complaints/{received['id']}", cookie=f"alur_language={language}")
    assert words in page.text


async def test_a_procedure_is_quoted_only_by_the_centre_that_has_it(desk: Desk) -> None:
    assert "kotak saran, WA, telpon" in (await desk.get("/")).text
    elsewhere = (await desk.get("/", facility="klungkung2")).text
    assert "Pengaduan baru" in elsewhere
    assert "huruf a" not in elsewhere


async def test_the_next_form_follows_what_somebody_else_did(desk: Desk) -> None:
    received = await desk.complain()
    await desk.walk(received["id"], until="clarification")
    part = f"/parts/complaints/{received['id']}/handling"
    page = (await desk.get(f"/complaints/{received['id']}")).text
    assert f'data-live="/complaints{part}"' in page
    assert forms_on((await desk.get(part)).text) == ["clarify"]
    await desk.walk(received["id"], until="remedy")
    assert forms_on((await desk.get(part)).text) == ["remedy"]


async def test_what_is_no_complaint_of_its_own_is_found_under_its_state(desk: Desk) -> None:
    first, same, elsewhere = [await desk.complain() for _ in range(3)]
    await desk.step(same["id"], "duplicate", duplicate_of=first["number"])
    await desk.step(elsewhere["id"], "out-of-scope", reason="Rumah sakit")
    links = set(re.findall(r'href="/complaints(/\?state=\w+)"', (await desk.get("/")).text))
    listed = {link: (await desk.get(link)).text for link in links}
    assert [link for link in links if same["number"] in listed[link]] == ["/?state=duplicate"]
    found = [link for link in links if elsewhere["number"] in listed[link]]
    assert found == ["/?state=out_of_scope"]


async def test_a_closed_complaint_says_so_once(desk: Desk) -> None:
    received = await desk.complain()
    await desk.walk(received["id"])
    page = (await desk.get(f"/parts/complaints/{received['id']}")).text
    assert re.findall(r'class="chip [^"]*">(\w+)<', page)[0] == "Selesai"
    assert page.count(">Selesai<") == 1


async def test_of_closed_complaints_the_newest_comes_first(desk: Desk) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=100)).isoformat()
    old, new = await desk.complain(received_at=long_ago), await desk.complain()
    for complaint in (old, new):
        await desk.walk(complaint["id"])
    listed = (await desk.get("/api/complaints?state=closed")).json()
    assert [one["id"] for one in listed] == [new["id"], old["id"]]


async def test_forms_move_a_complaint_as_the_api_does(desk: Desk) -> None:
    sent = await desk.form("/complaints", {"channel": "box", "text": "Kotor", "reporter_name": ""})
    assert sent.status_code == 303
    place = sent.headers["location"].removeprefix("/complaints")
    details = {"anonymous_reason": "Kotak saran", "history": "Lantai", "location": "WC"}
    await desk.form(f"{place}/details", {**details, "officer_on_duty": "", "version": "1"})
    partly = (await desk.get(f"/api{place}")).json()
    assert (partly["state"], partly["missing"]) == ("detail", ["officer_on_duty"])
    await desk.form(f"{place}/details", {"officer_on_duty": "Petugas", "version": "2"})
    assert (await desk.get(f"/api{place}")).json()["state"] == "analysis"


async def test_a_form_on_an_older_picture_is_refused(desk: Desk) -> None:
    received = await desk.complain()
    await desk.walk(received["id"], until="analysis")
    fields = {"unit": "kia_mtbs", "summary": "Antre", "version": "1"}
    assert (await desk.form(f"/complaints/{received['id']}/assign", fields)).status_code == 409


async def test_a_clerk_takes_a_complaint_in_and_is_told_its_number_but_sees_no_list(
    desk: Desk,
) -> None:
    await desk.complain()
    sent = await desk.form("/complaints", {"channel": "box", "text": "Kotor"}, role="clerk")
    page = await desk.get(sent.headers["location"].removeprefix("/complaints"), role="clerk")
    assert "PGD-" in page.text
    assert "/parts/worklist" not in page.text
    assert "Tidak dipanggil" not in page.text


async def test_the_list_and_the_summary_name_nobody(desk: Desk) -> None:
    await desk.complain()
    for path in ("/", "/parts/worklist", "/parts/summary"):
        page = await desk.get(path)
        assert page.status_code == 200
        assert REPORTER not in page.text
        assert PHONE not in page.text


async def test_a_form_that_does_not_exist_is_not_found(desk: Desk) -> None:
    received = await desk.complain()
    answer = await desk.form(f"/complaints/{received['id']}/delete", {})
    assert answer.status_code == 404
