"""The page of state diagrams, drawn from the machines that the services really use."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from chassis.states import Machine
from contracts.catalog import SERVICES


def page() -> str:
    """docs/states.md: every machine of every service as a Mermaid diagram."""
    parts = [
        "# States",
        "Drawn by `make contracts` from the tables in each service's `domain`. An action that a "
        "state does not allow is refused with 409 `illegal_transition`; an event that asks for "
        "one is parked.",
    ]
    for service in SERVICES:
        for machine in machines(service):
            title = f"## {service}: {machine.name.replace('_', ' ')}"
            parts += [title, f"```mermaid\n{machine.mermaid().strip()}\n```"]
    return "\n\n".join(parts) + "\n"


def machines(service: str) -> list[Machine]:
    """The state machines of a service's domain, by name."""
    found = {
        value.name: value
        for module in _modules(f"services.{service}.domain")
        for value in vars(module).values()
        if isinstance(value, Machine)
    }
    return [found[name] for name in sorted(found)]


def _modules(name: str) -> Iterator[ModuleType]:
    module = importlib.import_module(name)
    yield module
    for inner in pkgutil.iter_modules(getattr(module, "__path__", ())):
        yield importlib.import_module(f"{name}.{inner.name}")
