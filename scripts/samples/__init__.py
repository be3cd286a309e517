"""The parts of the fictional register: its words, its places, its rows, and the mess of real lists."""
