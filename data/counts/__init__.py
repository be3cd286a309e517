"""How many stand where: counted now, or kept ready and kept right."""
