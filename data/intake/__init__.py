"""Reading files: columns, rows, differences, report.

A file goes through in one direction: `reading` opens it as a `Table`, `mapping` says what each column holds,
`rows` understands each row, `identity` and `difference` compare it with what the register holds, `report`
says it. Nothing here writes to the database, and no row and no cell is lost on the way: what is not
understood is kept as received and said.
"""
