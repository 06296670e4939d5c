"""What people see of a refusal: the room's own page around it, and a way back."""

from uuid import uuid4

import pytest

from tests.kit.centre import Centre

PAGE = {"Accept": "text/html"}
BAR = 'class="person"'

pytestmark = pytest.mark.mode("embedded")


async def test_who_is_signed_in_keeps_the_bar_and_can_switch_the_language_in_place(
    centre: Centre,
) -> None:
    clerk, place = await centre.client("clerk"), f"/registration/visits/{uuid4()}"
    answer = await clerk.send("GET", f"{place}?from=desk&x=1", headers=PAGE)
    assert answer.status == 404
    assert BAR in answer.body
    assert f"/registration/language/en?next={place}%3Ffrom%3Ddesk%26x%3D1" in answer.body


async def test_a_refused_form_leads_back_to_a_page(centre: Centre) -> None:
    clerk = await centre.client("clerk")
    answer = await clerk.send("POST", f"/registration/visits/{uuid4()}/cancel", headers=PAGE)
    assert answer.status in {404, 422}
    assert BAR in answer.body
    assert '/registration/language/en?next=/registration/"' in answer.body


async def test_a_stranger_is_led_to_the_sign_in_and_back_with_the_whole_address(
    centre: Centre,
) -> None:
    answer = await centre.stranger().send("GET", "/lab/?order=7&x=1", headers=PAGE)
    assert answer.status == 303
    assert answer.headers["Location"].endswith(
        "/registration/sign-in?next=/lab/%3Forder%3D7%26x%3D1"
    )


async def test_a_false_token_is_told_so_without_a_name(centre: Centre) -> None:
    false = PAGE | {"Authorization": "Bearer no.such.token"}
    answer = await centre.stranger().send("POST", "/registration/desk/call-next", headers=false)
    assert answer.status == 401
    assert BAR not in answer.body
