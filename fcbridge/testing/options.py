"""The options that the clients hand on to httpx. For type checkers only: httpx keeps its types in a private module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import httpx
from httpx._types import AuthTypes, CookieTypes, HeaderTypes, QueryParamTypes, TimeoutTypes


class ClientOptions(TypedDict, total=False):
    auth: AuthTypes | None
    base_url: httpx.URL | str
    cookies: CookieTypes | None
    default_encoding: str | Callable[[bytes], str]
    event_hooks: Mapping[str, list[Callable[..., Any]]] | None
    follow_redirects: bool
    headers: HeaderTypes | None
    max_redirects: int
    params: QueryParamTypes | None
    timeout: TimeoutTypes
