"""`make setup` and the packages of `.ci/run`: what they do on a machine that is not as hoped."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RULE = "#!/bin/sh\nexit 0\n"


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The Makefile with a lock file that asks for nothing."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    return tmp_path


def setup(project: Path, python: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["make", "-C", str(project), "setup", f"PYTHON={python}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_an_old_python_is_refused_with_a_sentence_and_nothing_is_made(project: Path) -> None:
    pretend = "import sys; sys.version_info = (3, 9, 2); exec(sys.argv[1])"
    old = program(project / "python3.9", f"exec {sys.executable} -c '{pretend}' \"$2\"")
    done = setup(project, old)
    assert done.returncode != 0
    assert f"Alur needs Python 3.11 or later, {old} is 3.9: make setup PYTHON=" in done.stderr
    assert not (project / ".venv").exists()


def test_an_environment_of_another_python_is_made_anew(project: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    program(project / ".venv" / "bin" / "python", "exit 1")
    done = setup(project, sys.executable)
    assert done.returncode == 0, done.stderr
    assert subprocess.run([project / ".venv/bin/python", "-c", ""], check=False).returncode == 0


@pytest.mark.parametrize("rule", [RULE, None], ids=["with a rule of its own", "without"])
def test_a_failing_package_leaves_the_machine_as_it_was_and_the_run_goes_on(
    tmp_path: Path, rule: str | None
) -> None:
    policy, log = tmp_path / "policy-rc.d", tmp_path / "log"
    if rule:
        policy.write_text(rule)
    program(tmp_path / "apt-get", f"tail -1 {policy} >>{log}; [ $1 = update ]")
    text = (ROOT / ".ci" / "run").read_text().replace("/usr/sbin/policy-rc.d", str(policy))
    function = text[text.index("apt_install() (") : text.index("\n)\n") + 3]
    script = f"set -euo pipefail\nPATH={tmp_path}:$PATH\n{function}apt_install x || echo going on"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "going on\n"), done.stderr
    assert log.read_text() == "exit 101\n" * 2
    assert (policy.read_text() if policy.exists() else None) == rule
