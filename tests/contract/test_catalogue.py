"""The catalogue is true: who is listed handles, who produces publishes, nothing else happens."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from contracts import catalog
from contracts.envelope import Event

SERVICES = Path(__file__).parents[2] / "services"
TYPE = re.compile(r"^[a-z]+(\.[a-z_]+){2}\.v[1-9]$")


@pytest.mark.parametrize("service", catalog.SERVICES)
def test_a_service_handles_exactly_what_the_catalogue_lists(service: str) -> None:
    handlers = import_module(f"services.{service}.handlers").handlers
    assert handlers.types == set(catalog.handled_by(service))


@pytest.mark.parametrize("service", catalog.SERVICES)
def test_every_event_is_published_by_its_producer(service: str) -> None:
    ours = {event.__name__ for event in catalog.CONSUMERS if event.producer() == service}
    assert ours - _called(SERVICES / service) == set()


@pytest.mark.parametrize("service", catalog.SERVICES)
def test_nobody_publishes_the_events_of_another(service: str) -> None:
    theirs = {event.__name__ for event in catalog.CONSUMERS if event.producer() != service}
    assert theirs & _called(SERVICES / service) == set()


@pytest.mark.parametrize("event", catalog.CONSUMERS)
def test_names_of_events_follow_the_rule(event: type[Event]) -> None:
    assert TYPE.match(event.type)
    assert event.producer() in catalog.SERVICES
    assert event.__name__.endswith(f"V{event.type[-1]}")
    assert event.keyed_by in event.model_fields


def test_every_event_class_is_in_the_catalogue() -> None:
    classes = {
        value
        for module in catalog.MODULES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Event) and "type" in vars(value)
    }
    assert classes == set(catalog.CONSUMERS)


def _called(folder: Path) -> set[str]:
    """The names of everything that the source in `folder` calls."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                names.add(getattr(node.func, "attr", getattr(node.func, "id", "")))
    return names
