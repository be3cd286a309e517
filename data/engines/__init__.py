"""The two databases that a register may live in, behind one interface."""
