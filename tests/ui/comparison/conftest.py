"""Runs and claims that the tests of the comparison share."""

from __future__ import annotations

from pathlib import Path

import pytest

from fwcompare.catalog.loader import load_catalog
from fwcompare.domain.claim import Catalog
from fwcompare.domain.record import RunRecord
from fwcompare.paths import resource_folder
from fwcompare.storage.snapshot import read_snapshot


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The claims that are shipped."""
    return load_catalog(resource_folder() / "catalog")


@pytest.fixture(scope="session")
def recorded(root: Path) -> RunRecord:
    """A run of two contenders and two rounds, of which one block failed."""
    return read_snapshot(root / "tests" / "recordings" / "mlp-tiny.fwsnap")
