"""Writing a spreadsheet's value as people see it."""

from __future__ import annotations

from datetime import date, datetime, time


def write_cell(value: object) -> str:
    """
    Write a spreadsheet's value as people see it, without format: dates ISO, whole numbers without decimals.

    Examples
    --------
    >>> [write_cell(v) for v in (62300.0, 50.4189, "02330", True, datetime(2026, 3, 12), time(9, 30))]
    ['62300', '50.4189', '02330', 'VRAI', '2026-03-12', '09:30']
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float):
        # Spreadsheets hold 15 significant digits: the SIRET's 14 fit, and 0.1 + 0.2 is 0.3.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes" if value.second == 0 else "seconds")
    return str(value)
