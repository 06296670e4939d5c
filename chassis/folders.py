"""Folders and files that hold patients' data or keys: nobody else on the machine reads them."""

import os
import stat
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private_folder(folder: Path) -> None:
    """Make it where it is missing; what is ours in it is closed to others."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (folder, *folder.glob("*.sqlite3*")):
        _close(path)


def private_file(path: Path) -> None:
    """The same for a file; what SQLite lays beside its file has the rights of that file."""
    path.touch(mode=0o600)
    _close(path)


def _close(path: Path) -> None:
    found = path.stat()
    if found.st_mode & OTHERS and found.st_uid == os.getuid():
        path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
