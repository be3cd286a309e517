"""The register: the database, files in and out, and the questions people ask of it."""
