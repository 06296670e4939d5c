"""What tests share: servers, databases, a running centre, waiting with a deadline."""

from tests.kit.centre import Answer, Centre, Client, Refused
from tests.kit.waiting import eventually

__all__ = ["Answer", "Centre", "Client", "Refused", "eventually"]
