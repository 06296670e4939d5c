"""The diagrams of the canvas are those of the state machines."""

from pathlib import Path

import pytest

import services.registration
from chassis.states import Machine
from services.registration.domain import tickets, visits

README = Path(services.registration.__file__).with_name("README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("machine", [tickets.MACHINE, visits.MACHINE], ids=lambda m: m.name)
def test_every_transition_stands_in_the_canvas(machine: Machine) -> None:
    for line in machine.mermaid().splitlines():
        assert line.strip() in README
