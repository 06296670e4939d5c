"""What the operator reads when a centre has started."""

from pathlib import Path

import pytest

from chassis.profiles import load
from deploy.welcome import print_welcome


def test_what_a_profile_says_but_nobody_does_yet_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_welcome("http://127.0.0.1/", load(Path("deploy/facilities")), demo=False)
    said = capsys.readouterr().out.splitlines()
    before_service = "Profil klungkung2: payment.timing: 'before_service' holds nobody yet; "
    assert [line for line in said if line.startswith(before_service)]
