"""The bench: the order of the worklist, who may look, what is audited, and the pages."""

from uuid import UUID, uuid4

import pytest

from contracts.values import LabPriority
from tests.integration.lab.room import LabRoom, step, steps
from tests.kit.samples import lab_requested


async def test_cito_comes_first_and_then_the_oldest_request(lab: LabRoom) -> None:
    young = await lab.order(minutes_ago=1)
    old = await lab.order(minutes_ago=30)
    cito = await lab.order(priority=LabPriority.CITO)
    async with lab.person() as ana:
        listed = (await ana.get("/api/orders")).json()
        await steps(ana, old, "accept")
        accepted = (await ana.get("/api/orders", params={"state": "accepted"})).json()
    assert [line["id"] for line in listed] == [str(cito), str(old), str(young)]
    assert [line["id"] for line in accepted] == [str(old)]


async def test_pages_joined_are_the_whole_list(lab: LabRoom) -> None:
    """Also where two requests came at one instant, and while the list moves on."""
    for minutes_ago in (5, 5, 9, 1):
        for priority in LabPriority:
            await lab.order(priority=priority, minutes_ago=minutes_ago)
    async with lab.person() as ana:
        whole = [line["id"] for line in (await ana.get("/api/orders")).json()]
        paged: list[str] = []
        after: dict[str, str] = {}
        while page := (await ana.get("/api/orders", params={"limit": "3"} | after)).json():
            paged += [line["id"] for line in page]
            after = {"after": paged[-1]}
            await step(ana, UUID(paged[-1]), "reject", reason="Reagen habis")
    assert len(whole) == 8
    assert paged == whole


async def test_a_page_after_an_unknown_order_is_refused(lab: LabRoom) -> None:
    foreign = await lab.order(facility="klungkung2")
    async with lab.person() as ana:
        answer = await ana.get("/api/orders", params={"after": str(foreign)})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "after"


async def test_an_order_that_is_not_here_yet_is_asked_for_again(lab: LabRoom) -> None:
    async with lab.person() as ana:
        answer = await step(ana, uuid4(), "accept")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "coba lagi sebentar" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("minutes_ago", "late_after", "late"),
    [(90, 60, True), (59, 60, False), (90, None, False)],
)
async def test_the_list_and_the_card_call_the_same_wait_late(
    lab: LabRoom, minutes_ago: int, late_after: int | None, late: bool
) -> None:
    lab.late_after(late_after)
    await lab.order(minutes_ago=minutes_ago)
    async with lab.person() as ana:
        listed = (await ana.get("/parts/worklist")).text
        card = (await ana.get("/parts/summary")).text
    assert ('class="since late"' in listed) is late
    assert ('class="count late"' in card) is late


async def test_a_cito_stands_out_on_the_card_however_young(lab: LabRoom) -> None:
    await lab.order(priority=LabPriority.CITO)
    async with lab.person() as ana:
        assert 'class="count late"' in (await ana.get("/parts/summary")).text


@pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?limit=x", "?state=lost"])
async def test_an_impossible_list_is_refused(lab: LabRoom, query: str) -> None:
    async with lab.person() as ana:
        assert (await ana.get(f"/api/orders{query}")).status_code == 422


@pytest.mark.parametrize(
    ("role", "sees", "works"),
    [("analyst", 200, 200), ("head", 200, 403), ("doctor", 403, 403), ("display", 403, 403)],
)
async def test_only_analysts_work_and_the_head_may_look(
    lab: LabRoom, role: str, sees: int, works: int
) -> None:
    order_id = await lab.order()
    async with lab.person(role=role) as someone:
        assert (await someone.get(f"/api/orders/{order_id}")).status_code == sees
        assert (await someone.post(f"/api/orders/{order_id}/accept")).status_code == works


async def test_opening_an_order_is_audited(lab: LabRoom) -> None:
    order_id = await lab.order()
    async with lab.person(staff_id="ana") as ana:
        await ana.get(f"/api/orders/{order_id}")
    entries = await lab.audited("order.open")
    assert [(row.subject, row.actor.split(";")[0]) for row in entries] == [(str(order_id), "ana")]


async def test_the_catalogue_is_open_to_those_who_request(lab: LabRoom) -> None:
    async with lab.person(role="midwife") as midwife:
        tests = {test["loinc"]: test for test in (await midwife.get("/api/tests")).json()}
    assert tests["718-7"]["ucum"] == "g/dL"
    assert tests["75377-2"]["answers"] == ["negative", "positive"]


async def test_the_bench_shows_each_state_with_its_one_next_step(lab: LabRoom) -> None:
    order_id = await lab.order("718-7", "20454-5")
    words = ["Sanggupi", "Spesimen diambil", "Spesimen diterima di meja", "Simpan hasil"]
    async with lab.person() as ana:
        for word, name in zip(words, ["accept", "collect", "receive", "results"], strict=True):
            page = await ana.get(f"/orders/{order_id}")
            assert page.status_code == 200
            main = page.text.split('class="btn main"')[1:]
            assert len(main) == 1
            assert word in main[0]
            await steps(ana, order_id, name)
        entering = (await ana.get(f"/orders/{order_id}")).text
    assert "Rujukan" in entering
    assert 'name="values.718-7"' in entering
    assert "Ruang" in entering or "anak" in entering.lower()


async def test_a_form_with_a_comma_is_kept_and_a_wrong_one_names_its_field(lab: LabRoom) -> None:
    order_id = await lab.order()
    path = f"/orders/{order_id}/results"
    async with lab.person() as ana:
        await steps(ana, order_id, "accept", "collect", "receive")
        wrong = await ana.post(path, data={"values.718-7": "140", "version": "4"})
        kept = await ana.post(path, data={"values.718-7": "8,1", "version": "4"})
        stale = await ana.post(path, data={"values.718-7": "9", "version": "4"})
        order = (await ana.get(f"/api/orders/{order_id}")).json()
    assert [error["field"] for error in wrong.json()["errors"]] == ["values.718-7"]
    assert (kept.status_code, kept.headers["location"]) == (303, f"/lab/orders/{order_id}")
    assert stale.status_code == 409
    assert order["results"][0]["value"] == 8.1


async def test_every_part_renders_in_both_languages(lab: LabRoom) -> None:
    order_id = await lab.order("718-7", "75377-2")
    paths = ["/", "/parts/worklist", "/parts/summary", f"/parts/orders/{order_id}"]
    async with lab.person() as ana:
        for language, word in (("id", "Hemoglobin"), ("en", "Haemoglobin")):
            pages = [
                await ana.get(p, headers={"Cookie": f"alur_language={language}"}) for p in paths
            ]
            assert [page.status_code for page in pages] == [200] * 4
            assert word in pages[1].text


async def test_an_order_whose_patient_is_not_known_yet_still_shows(lab: LabRoom) -> None:
    request = lab_requested()
    await lab.receive(request)
    async with lab.person() as ana:
        page = await ana.get(f"/orders/{request.order_id}")
    assert page.status_code == 200
    assert "Pasien belum terkirim" in page.text
