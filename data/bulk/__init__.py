"""A file of addresses in, the same file out with where each one is: any size, every core, no database."""

from data.bulk.answers import RESULT_COLUMNS, name_result_columns
from data.bulk.engine import BulkReport, geocode_file

__all__ = ["RESULT_COLUMNS", "BulkReport", "geocode_file", "name_result_columns"]
