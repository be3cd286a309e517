"""What the proofs of the measures stand on: published data, and the region's own populations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from data.reference import load_referential
from geo.records import Level


@pytest.fixture(scope="session")
def published() -> dict[str, Any]:
    """Small data sets whose measures are printed in papers and in the tests of other libraries."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("published.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def epci_populations() -> NDArray[np.float64]:
    """Inhabitants of the 92 EPCI of Hauts-de-France."""
    epci = load_referential().territories(Level.EPCI)
    return np.array([territory.population for territory in epci], dtype=np.float64)
