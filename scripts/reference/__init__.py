"""What `scripts/build_reference.py` is made of: reading the public packages, repairing contours, writing Parquet."""
