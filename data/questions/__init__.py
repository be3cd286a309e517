"""One function per question that a person asks: queries joined with pure functions, records out."""
