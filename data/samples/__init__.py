"""The fictional register, and two small lists drawn from it in other formats. Nothing in them exists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

_FOLDER = Path(__file__).parent

SAMPLE_REGISTER = _FOLDER / "registre-fictif.csv"
"""About 300 invented presences of the five kinds, with the mess that real lists have."""

SAMPLE_GEOJSON = _FOLDER / "acteurs-fictifs.geojson"
"""Ten of its actors, as GeoJSON."""

SAMPLE_GOGOCARTO = _FOLDER / "gogocarto-fictif.json"
"""Five of its actors, as GoGoCarto publishes them; one waits for moderation."""

SAMPLE_AS_OF = date(2026, 3, 12)
"""The day the fictional register is said to date from."""
