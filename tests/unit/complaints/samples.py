"""What the tests of the complaints desk are given."""

from typing import Protocol

from services.complaints import domain


class NewComplaint(Protocol):
    """Makes a received complaint; keyword arguments put other facts in it."""

    def __call__(self, **facts: object) -> domain.Complaint: ...
