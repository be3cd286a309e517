"""Presences at somebody's home: where they are shown, and what is kept apart."""
