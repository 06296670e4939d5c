"""The complaints desk listens to nobody: the catalogue lists no event for it."""

from chassis.inbox import Handlers

handlers = Handlers()
