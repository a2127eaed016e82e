"""``fcbridge dev --gateway NAME`` for every name there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from fcbridge.registry import gateway, gateways
from tests.dev.conftest import StartServer

INDEX = """
from fcbridge import bridge

def app(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("201 Created", [("Content-Type", "application/octet-stream"), ("Set-Cookie", "a=1; Path=/")])
    return [environ["REQUEST_METHOD"].encode(), b" ", environ["PATH_INFO"].encode("latin-1"), b" ", body]

handler = bridge(app)
"""


@pytest.mark.parametrize("name", sorted(gateways()))
def test_a_request_is_answered_through_the_gateway(name: str, start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(INDEX)
    server = start_server(gateway=name, reload=False)
    methods = gateway(name).limits.methods
    with server.client() as client:
        got = client.get("/a%20b/%E6%8A%A5?x=1")
        assert got.status_code == 201, server.console
        assert got.content == b"GET /a b/" + "报".encode() + b" "
        assert got.headers.get_list("set-cookie") == ["a=1; Path=/"]
        if methods is None or "POST" in methods:
            posted = client.post("/", content=b'{"n":1}', headers={"content-type": "application/json"})
            assert posted.content == b'POST / {"n":1}', server.console
