"""A centre on SQLite files, copied from a template that is migrated once."""

from pathlib import Path

import pytest

from tests.unit.deploy.planted import Planted, build_empty


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("centre")
    build_empty(folder)
    return folder


@pytest.fixture
def centre(template: Path, tmp_path: Path) -> Planted:
    return Planted(template, tmp_path)
