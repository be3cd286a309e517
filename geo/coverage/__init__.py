"""Representation, concentration, access, siting, trend: pure functions over arrays and frames."""
