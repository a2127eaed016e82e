from __future__ import annotations

import wsgiref.validate
from typing import Any

import pytest

from fcbridge.runners import wsgi


@pytest.fixture(autouse=True)
def every_bridged_wsgi_app_is_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    """``wsgiref.validate`` stands between the runner and every WSGI app that a test bridges, and must be silent.

    Its rule that 204 and 304 have no Content-Type, and that all else has one, is about apps and not about servers;
    Flask and Django do not keep it.
    """

    class Validated(wsgi.WsgiRunner):
        def __init__(self, app: Any) -> None:
            super().__init__(wsgiref.validate.validator(app))

    monkeypatch.setattr(wsgi, "WsgiRunner", Validated)
    monkeypatch.setattr(wsgiref.validate, "check_content_type", lambda status, headers: None)
