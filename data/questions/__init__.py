"""One function per question that a person asks: queries joined with pure functions, records out."""

from data.questions.near import answer_near

__all__ = ["answer_near"]
