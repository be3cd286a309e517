"""Reading files: columns, rows, differences, report."""
