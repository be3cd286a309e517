"""The people of the register: their keys, what they suggest, what they are told."""
