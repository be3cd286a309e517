"""What is true of places and numbers: no database, no web framework, no HTML."""
