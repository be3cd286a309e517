"""Who could meet whom, and why: pure functions over presences."""
