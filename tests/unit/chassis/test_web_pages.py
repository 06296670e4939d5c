"""Pages render in both languages, with the shared components, and escape what they are given."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from chassis.web.assets import STATIC, VERSIONS
from chassis.web.pages import WEB, Pages

AT = datetime(2026, 11, 22, 1, 43, tzinfo=UTC)
ROOMS = ("registration", "clinical", "lab", "pharmacy", "complaints")
WHO: dict[str, Any] = {
    "who": SimpleNamespace(name="Bd. Sari", roles=frozenset({"analyst"})),
    "facility": SimpleNamespace(name="Puskesmas Dharma Rini"),
    "at": AT,
    "zone": ZoneInfo("Asia/Makassar"),
    "path": "/lab/orders/7",
    "address": "/lab/orders/7",
}


class Room:
    """A service with one template, written by the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "templates").mkdir()

    def render(self, source: str, language: str = "id", **context: object) -> str:
        (self.folder / "templates" / "it.html").write_text(source, encoding="utf-8")
        pages = Pages("lab", self.folder, {room: f"/{room}" for room in ROOMS})
        return pages.render("it.html", language, **context)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def part(source: str) -> str:
    names = re.findall(r"macro ([a-z]\w*)", (WEB / "templates/parts.html").read_text())
    return '{% from "parts.html" import ' + ", ".join(names) + " %}" + source


def test_a_room_page_names_the_room_the_centre_and_the_person(room: Room) -> None:
    html = room.render('{% extends "base.html" %}{% block title %}Anak{% endblock %}', **WHO)
    assert "<title>Anak · Alur</title>" in html
    assert "<strong>Anak</strong><small>Puskesmas Dharma Rini</small>" in html.replace("\n", "")
    assert "Bd. Sari" in html
    assert '<a href="/lab/" aria-current="true">Laboratorium</a>' in html
    assert html.count("aria-current") == 1


def test_the_page_speaks_the_language_asked_for_and_offers_the_other(room: Room) -> None:
    html = room.render('{% extends "base.html" %}', "en", **WHO)
    assert '<html lang="en"' in html
    assert "Laboratory" in html
    assert '/lab/language/id?next=/lab/orders/7"' in html


def test_no_page_carries_inline_style_or_script(room: Room) -> None:
    for file in sorted((WEB / "templates").rglob("*.html")):
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|<script(?! src=)", source), file.name


def test_addresses_carry_the_prefix_of_their_room(room: Room) -> None:
    html = room.render(
        "{{ url('/a') }} {{ room_url('clinical', '/units/anak') }} {{ asset('alur.css') }}"
    )
    assert html == f"/lab/a /clinical/units/anak /lab/assets/alur.css?v={VERSIONS['alur.css']}"


def test_a_name_nobody_gave_is_an_error_not_a_gap(room: Room) -> None:
    with pytest.raises(UndefinedError):
        room.render("{{ patient.name }}")


def test_what_people_typed_is_escaped_even_inside_translations(room: Room) -> None:
    html = room.render('{{ name }}{{ _("Halo %(name)s", name=name) }}', name="<b>")
    assert html == "&lt;b&gt;Halo &lt;b&gt;"


def test_filters_take_the_time_zone_of_the_page(room: Room) -> None:
    source = "{{ birth|age(at) }}, {{ at|clock }}, {{ at|day }}, {{ at|day(weekday=true) }}"
    html = room.render(source, birth=date(2025, 9, 22), **WHO)
    assert html == "14 bulan, 09.43, 22 November 2026, Minggu, 22 November 2026"


def test_every_form_gets_a_key_of_its_own_and_the_version_shown(room: Room) -> None:
    html = room.render(part("{{ form_head(3) }}{{ form_head() }}"))
    keys = re.findall(r'name="idempotency_key" value="([0-9a-f-]{36})"', html)
    assert len(set(keys)) == 2
    assert html.count('name="version" value="3"') == html.count('name="version"') == 1


def test_a_field_ties_label_hint_and_limits_to_its_input(room: Room) -> None:
    options = 'type="number", unit="kg", min=1, max=50, hint="Tanpa baju", required=true'
    html = room.render(part('{{ field("weight", "Berat", 12.4, ' + options + ") }}"))
    assert '<label for="f-weight">' in html
    assert 'aria-describedby="f-weight-hint"' in html
    assert 'data-min="1" data-max="50"' in html
    assert 'inputmode="decimal"' in html
    assert " required" in html


COMPONENTS = """
{{ chip("Cito", "late") }}{{ select("s", "Sifat", [("a", "A"), ("b", "B")], "b") }}
{{ checkbox("kk", "KK", checked=true) }}{{ radios("sex", "JK", [("M", "L")], "M") }}
{{ button("Simpan", "main", "S") }}{{ link("/x", "Ke x") }}
{{ action("/y", "Terima", 4, unit="anak") }}{{ empty("Kosong") }}
{{ trail([{"name": "Daftar", "state": "now"}, {"name": "Pulang"}]) }}
{{ meter(18, 30) }}{{ meter(38, 30) }}{{ since(ago, at, 30) }}{{ fact("NIK", 1) }}
{{ summary(7, "menunggu", "terlama 9 mnt") }}{{ field("n", "Catatan", type="textarea") }}
{{ problem({"title": "x", "detail": "Tidak", "errors": [{"field": "a", "detail": "b"}]}) }}
"""


def test_components_render(room: Room) -> None:
    html = room.render(part(COMPONENTS), ago=AT - timedelta(minutes=34), **WHO)
    for piece in (
        '<span class="chip late">Cito</span>',
        '<option value="b" selected>',
        'data-key="S"',
        '<input type="hidden" name="unit" value="anak">',
        'class="now" aria-current="step"',
        'class="since late"',
        '<meter min="0" max="30" value="30" class="late"',
    ):
        assert piece in html


def test_a_problem_page_works_with_and_without_a_person(room: Room) -> None:
    problem = {"title": "x", "status": 404, "detail": "Pasien tidak ditemukan"}
    for context in (WHO, {}):
        html = room.render('{% include "problem.html" %}', problem=problem, **context)
        assert "Tidak ditemukan" in html
        assert "Pasien tidak ditemukan" in html
        assert html.count('<main id="main"') == 1


def test_the_operations_page_offers_replay_and_discard(room: Room) -> None:
    message = SimpleNamespace(
        event_id="e1", type="lab.result.released.v1", cause="Tidak ada kunjungan",
        parked_at=AT, facility="dharma_rini", partitionkey="v1", behind=4,
    )  # fmt: skip
    html = room.render(
        '{% include "parts/operations.html" %}',
        figures=SimpleNamespace(waiting=2, oldest_seconds=3.2, published=9, handled=8, parked=1),
        parked=[message], types=[("lab.result.released.v1", 9)], recent=1000, **WHO,
    )  # fmt: skip
    assert "Hasil lab dikeluarkan" in html
    assert "4 pesan menunggu di belakangnya" in html
    assert "di antara 1.000 terakhir" in html
    assert 'action="/lab/operations/e1/replay"' in html
    assert 'action="/lab/operations/e1/discard"' in html
    whole = room.render('{% include "operations.html" %}', services=ROOMS, **WHO)
    assert [f'data-live="/{name}/operations/part"' in whole for name in ROOMS] == [True] * 5


def test_static_files_stay_small_and_need_no_outside_address() -> None:
    for file in STATIC.iterdir():
        text = file.read_text(encoding="utf-8")
        assert len(text) < 20_000
        assert "http://www.w3.org/2000/svg" in text or not re.search(r"https?://", text)


def test_the_bar_leaves_out_rooms_that_do_not_open_for_the_reader(room: Room) -> None:
    html = room.render('{% extends "base.html" %}', **WHO)
    assert 'href="/lab/"' in html
    assert 'href="/pharmacy/"' not in html
    assert 'href="/registration/operations"' not in html
