"""What presences are counted against besides the inhabitants."""
