"""Programs that tests of the deployment files run; where one is missing they say so, loudly."""

import shutil
import subprocess

import pytest


def need(program: str) -> str:
    """The path of a program, or the test is skipped and named in the summary."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        pytest.skip(f"NOT TESTED: {program} is not installed here")
    return path


def run(*command: str, seconds: float = 60) -> str:
    """What the program says; the test fails where it ends badly."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout
