"""Pages to print: each is a list of shapes in millimetres, which three writers turn into PDF, SVG and PNG."""
