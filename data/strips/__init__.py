"""What stands in a box, page by page, without reading the rest: strips of the land, each from west to east."""
