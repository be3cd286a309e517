"""Addresses in, exactly one explained answer per address out."""
