"""Kinds of arguments that the commands share; argparse says what is wrong and ends with 2."""

import argparse
from math import isfinite
from pathlib import Path


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError(f"{text} is no port: 1 to 65535")
    return number


def seconds(text: str) -> float:
    number = float(text)
    if not isfinite(number) or number < 0:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return number


def file_to_write(text: str) -> Path:
    """A file that can be written when the work is done: said before the work begins."""
    path = Path(text)
    try:
        existed = path.exists()
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text} cannot be written: {error.strerror}") from error
    if not existed:
        path.unlink()
    return path
