"""What a map or a page must say about where the territories come from."""

MAP_CREDIT = "Contours et territoires : IGN, INSEE, DILA, Etalab, 2026 (Licence Ouverte 2.0)"
"""The one line that every map shows: the licence asks for the source and the date."""
