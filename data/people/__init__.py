"""The people of the register: their homes, what may be shown of them, their keys, what they suggest."""
