"""The people of the register: what may be shown of them, their keys, what they suggest, what they are told."""
