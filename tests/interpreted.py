"""
Tests run the `.py` files of the engine; `MAILLAGE_COMPILED=1` lets them run its compiled form.

pytest loads this before any test (`-p` in pyproject.toml): doctests are read from `.py` files, and a process
must not hold one module of the engine in both forms.
"""

from __future__ import annotations

import os
from importlib import import_module

from geo.compiled import SWITCH

os.environ.setdefault(SWITCH, "0")

if os.environ[SWITCH] == "1":
    from scripts.build_engine import MODULES

    for _path in MODULES:
        import_module(_path.removesuffix(".py").replace("/", "."))
