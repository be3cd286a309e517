"""Who reads: the public, unless the request carries the cookie of somebody who gave a token."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from geo.records import Visibility


def get_reader(request: Request) -> Visibility:  # noqa: ARG001 (the cookie comes with the tokens)
    """Give what the reader of this request may read."""
    return Visibility.PUBLIC


ReaderDep = Annotated[Visibility, Depends(get_reader)]
