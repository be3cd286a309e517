"""What stands in a box, page by page, without reading the rest: strips of land, each from west to east."""
