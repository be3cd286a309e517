"""What `scripts/build_reference.py` is made of: reading the packages, repairing contours, tables."""
