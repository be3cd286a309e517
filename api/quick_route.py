"""A short way for the questions that are asked most: the same parameters, the same refusals, less work.

FastAPI resolves what an endpoint depends on for each request: half a millisecond for a query of seven
parameters. Here the query string goes straight into its model. Whatever is not an ordinary question (a
parameter that is refused or repeated, a reader who gave a token) takes FastAPI's own way, which says what is
wrong in the same words.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import Any, get_type_hints

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from geo.records import Visibility

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class QuickRoute(APIRoute):
    """A route whose endpoint takes a request, a query and perhaps a reader; others are as usual."""

    def get_route_handler(self) -> Handler:
        """Give what answers a request."""
        usual: Handler = super().get_route_handler()
        model = _find_query_model(self.endpoint)
        if model is None:
            return usual
        endpoint = self.endpoint
        extra = {"reader": Visibility.PUBLIC} if "reader" in inspect.signature(endpoint).parameters else {}
        name = next(name for name, hint in get_type_hints(endpoint).items() if hint is model)

        async def handle(request: Request) -> Response:
            asked = request.query_params.multi_items()
            query = dict(asked)
            if len(query) != len(asked) or "cookie" in request.headers:
                return await usual(request)
            try:
                read = model.model_validate(query)
            except ValidationError:
                return await usual(request)
            answer: Response = await run_in_threadpool(endpoint, request=request, **{name: read}, **extra)
            return answer

        return handle


def _find_query_model(endpoint: Callable[..., Any]) -> type[BaseModel] | None:
    """Give the model of the query of an endpoint that takes nothing else than a request and a reader."""
    hints = get_type_hints(endpoint)
    hints.pop("return", None)
    models = [hint for hint in hints.values() if inspect.isclass(hint) and issubclass(hint, BaseModel)]
    others = {name for name, hint in hints.items() if hint not in models}
    return models[0] if len(models) == 1 and others <= {"request", "reader"} else None
