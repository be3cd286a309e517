"""Measures of what the service promises, each with its own made-up data."""
