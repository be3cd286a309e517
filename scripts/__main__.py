"""Let `python -m scripts` be the `maillage` command."""

from scripts.cli import main

main()
