"""Answers as files: tables for a spreadsheet, layers for a map, lists for other networks' maps."""

from data.exports.atomic import write_atomically, write_text_atomically
from data.exports.coverage import write_coverage_csv, write_coverage_xlsx
from data.exports.presences import ExportFormat, export_presences
from data.exports.tile_archive import export_tiles

__all__ = [
    "ExportFormat",
    "export_presences",
    "export_tiles",
    "write_atomically",
    "write_coverage_csv",
    "write_coverage_xlsx",
    "write_text_atomically",
]
