"""Faults to plant in a centre where everything is right; each returns what must be found."""

from tests.integration.deploy.plants import (
    audits,
    debts,
    ledgers,
    links,
    messages,
    order,
    places,
)
from tests.integration.deploy.plants.base import ON_BOTH, PLANTS, Plant

__all__ = [
    "ON_BOTH",
    "PLANTS",
    "Plant",
    "audits",
    "debts",
    "ledgers",
    "links",
    "messages",
    "order",
    "places",
]
