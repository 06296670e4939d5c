"""People are named in what others read of their work; the account alone stays in the audit."""

import pytest

from deploy.demo import ROLES
from tests.kit.centre import Centre
from tests.kit.journey import Journey

pytestmark = pytest.mark.mode("embedded")
PAGE = {"Accept": "text/html"}


async def test_who_asked_and_who_answered_is_named_in_the_other_room(centre: Centre) -> None:
    child = Journey(centre)
    await child.arrive()
    await child.examine()
    await child.request_lab()
    await child.result()
    order = await (await child.person("analyst")).get(f"/lab/api/orders/{child.order}")
    assert order["requester_name"] == ROLES["midwife"]
    assert order["validator_name"] == ROLES["analyst"]
    record = await (await child.person("midwife")).get(f"/clinical/api/encounters/{child.visit}")
    (result,) = record["lab_requests"][0]["results"]
    assert result["validator_name"] == ROLES["analyst"]
    visit = await (await child.person("clerk")).get(f"/registration/api/visits/{child.visit}")
    assert visit["documents_checker"] == ROLES["clerk"]


async def test_the_history_of_a_complaint_names_who_did_each_step(centre: Centre) -> None:
    officer = await centre.client("complaints_officer")
    said = {"channel": "wa", "text": "Antre terlalu lama"}
    complaint = await officer.post("/complaints/api/complaints", said)
    answer = await officer.send("GET", f"/complaints/complaints/{complaint['id']}", headers=PAGE)
    _, history = answer.body.split("Riwayat", 1)
    assert ROLES["complaints_officer"] in history
    assert "complaints_officer.dharma_rini" not in history
