"""One service at run time: its database, pages, rights, and what happens after each commit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chassis.auth import Tokens
from chassis.bus import Bus
from chassis.database import Database
from chassis.inbox import Inbox
from chassis.live import Live
from chassis.pending import Pending
from chassis.web.pages import Pages
from contracts.facility import Facility

Rights = Mapping[str, frozenset[str]]


@dataclass
class Service:
    """Shared by the HTTP and the message side of one service in one process."""

    name: str
    database: Database
    profiles: Mapping[str, Facility]
    tokens: Tokens
    pages: Pages
    rights: dict[str, frozenset[str]] = field(default_factory=dict)
    live: Live = field(default_factory=Live)
    #: The message side, where it runs in this process or the page side may replay for it.
    inbox: Inbox | None = None
    bus: Bus | None = None
    #: Wakes the relay, where it runs in this process.
    wake: Callable[[], None] = lambda: None

    def after_commit(self, pending: Pending) -> None:
        """Called once for every committed transaction."""
        if pending.events:
            self.wake()
        self.live.notify(pending.topics)

    def require_inbox(self) -> Inbox:
        if self.inbox is None:
            raise RuntimeError(f"{self.name}: no inbox in this process")
        return self.inbox
