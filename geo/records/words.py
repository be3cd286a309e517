"""The words that records are written with: what a presence is, how exactly it is placed, who may read it."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a presence is. Counts per kind are never added together."""

    ACTOR = "actor"
    PROJECT = "project"
    EVENT = "event"
    ANTENNE = "antenne"
    AMBASSADOR = "ambassador"


class Precision(StrEnum):
    """How exact a position is, best first after `MANUAL`."""

    MANUAL = "manual"
    GIVEN = "given"
    HOUSENUMBER = "housenumber"
    INTERPOLATED = "interpolated"
    STREET = "street"
    LOCALITY = "locality"
    COMMUNE = "commune"


class PlacementStatus(StrEnum):
    """Where a received row stands; every row has exactly one, so that totals reconcile."""

    PLACED = "placed"
    COMMUNE = "commune"
    TO_REVIEW = "to_review"
    UNPLACED = "unplaced"
    OUT_OF_REGION = "out_of_region"


COUNTED_STATUSES = (PlacementStatus.PLACED, PlacementStatus.COMMUNE)
"""What coverage counts. A presence still to review never counts."""


class Visibility(StrEnum):
    """Who may read a record or a field."""

    PUBLIC = "public"
    MEMBERS = "members"
    STAFF = "staff"
