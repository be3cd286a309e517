"""Nearest presences, one file per storage engine behind one small interface."""
