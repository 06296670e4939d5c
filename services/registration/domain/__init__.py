"""The pure rules of registration: queue, patients, documents, routing, visits."""

from .rights import RIGHTS as RIGHTS
from .rights import visible_units as visible_units
