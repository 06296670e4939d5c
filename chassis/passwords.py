"""Checks passwords without stopping the room: each check costs a core and 64 MB for a while."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from chassis.auth import passwords
from chassis.errors import TooMany

#: Who waits longer than this many checks is better told so at once.
MOST_WAITING = 40


class Checks:
    """One check at a time, apart from the threads that others of this process wait for."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "passwords")
        self._waiting = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the few who may wait for a check."""
        if self._waiting >= MOST_WAITING:
            raise TooMany("Terlalu banyak orang masuk bersamaan. Tunggu sebentar, lalu coba lagi")
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    async def is_right(self, password: str, stored: str) -> bool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, passwords.verify, password, stored)


checks = Checks()
