"""HTTP in, HTTP out: JSON and pages."""
