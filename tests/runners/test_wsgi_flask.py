"""Flask, behind the validator."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import flask
import pytest
from flask.logging import wsgi_errors_stream
from werkzeug.middleware.proxy_fix import ProxyFix

from fcbridge.model import Headers, Request, Response

from .wsgi_apps import App, answer, post


@pytest.fixture
def app() -> flask.Flask:
    app = flask.Flask(__name__)
    app.secret_key = "a key for tests"
    return app


def get(app: App, path: str = "/", query: str = "", *headers: tuple[str, str], **fields: Any) -> Response:
    pairs = Headers([("host", "api.example.com"), *headers])
    return answer(app, Request(path=path, query=query, headers=pairs, **fields))


def test_json_goes_in_and_out(app: flask.Flask) -> None:
    @app.post("/items")
    def create() -> Any:
        return {"got": flask.request.get_json()}, 201, {"X-Tag": "a"}

    request = post(b'{"name": "K\xc3\xa4se"}', ("content-type", "application/json"), path="/items")
    response = answer(app, request)
    assert (response.status, response.headers.get("x-tag")) == (201, "a")
    assert flask.json.loads(response.body) == {"got": {"name": "Käse"}}


def test_a_multipart_upload_arrives_without_a_content_length(app: flask.Flask) -> None:
    @app.post("/")
    def upload() -> Any:
        return flask.request.files["file"].read() + flask.request.form["name"].encode()

    octets = bytes(range(256)) * 4000
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="name"\r\n\r\nK\xc3\xa4se\r\n'
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
        + octets
        + b"\r\n--edge--\r\n"
    )
    response = answer(app, post(body, ("content-type", "multipart/form-data; boundary=edge")))
    assert response.body == octets + "Käse".encode()


def test_a_body_that_nobody_reads_does_not_matter(app: flask.Flask) -> None:
    @app.post("/")
    def ignore() -> str:
        return "ok"

    assert answer(app, post(b"x" * 100_000)).body == b"ok"


def test_path_query_client_and_headers_are_what_was_sent(app: flask.Flask) -> None:
    @app.get("/<path:rest>")
    def echo(rest: str) -> Any:
        request = flask.request
        return {
            "rest": rest, "tags": request.args.getlist("tag"), "root": request.url_root, "client": request.remote_addr,
            "raw": request.environ["REQUEST_URI"], "tag": request.headers["X-Tag"],
        }  # fmt: skip

    response = get(app, "/caf%C3%A9/a%20b", "tag=1&tag=2", ("x-tag", "a"), ("x-tag", "b"), client=("203.0.113.24", 0))
    assert flask.json.loads(response.body) == {
        "rest": "café/a b",
        "tags": ["1", "2"],
        "root": "https://api.example.com/",
        "client": "203.0.113.24",
        "raw": "/caf%C3%A9/a%20b?tag=1&tag=2",
        "tag": "a, b",
    }


def test_links_contain_the_base_path(app: flask.Flask) -> None:
    @app.get("/items")
    def items() -> str:
        return flask.url_for("items", _external=True)

    response = get(app, "/prod/items", base_path="/prod")
    assert response.body == b"https://api.example.com/prod/items"


def test_the_base_path_without_a_slash_is_redirected_to_the_one_with_it(app: flask.Flask) -> None:
    @app.get("/")
    def root() -> str:
        return flask.request.path

    response = get(app, "/prod", base_path="/prod")
    assert (response.status, response.headers.get("location")) == (308, "https://api.example.com/prod/")
    assert get(app, "/prod/", base_path="/prod").body == b"/"


def test_a_session_survives_in_its_cookie(app: flask.Flask) -> None:
    @app.get("/")
    def count() -> str:
        flask.session["count"] = flask.session.get("count", 0) + 1
        response: str = str(flask.session["count"])
        return response

    cookie = (get(app).headers.get("set-cookie") or "").partition(";")[0]
    assert get(app, "/", "", ("cookie", "other=1"), ("cookie", cookie)).body == b"2"


def test_several_cookies_are_several_fields(app: flask.Flask) -> None:
    @app.get("/")
    def set_two() -> Any:
        response = flask.make_response("ok")
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    assert [value.partition(";")[0] for value in get(app).headers.get_all("set-cookie")] == ["a=1", "b=2"]


def test_a_stream_keeps_its_request(app: flask.Flask) -> None:
    @app.get("/")
    def stream() -> Any:
        def lines() -> Iterator[str]:
            for number in range(3):
                yield f"{flask.request.args['name']}{number}\n"

        return app.response_class(flask.stream_with_context(lines()), mimetype="text/plain")

    assert get(app, "/", "name=a").body == b"a0\na1\na2\n"


def test_a_stream_that_fails_is_an_error_and_its_request_is_over(app: flask.Flask) -> None:
    over: list[object] = []
    app.teardown_request(over.append)

    @app.get("/")
    def stream() -> Any:
        def lines() -> Iterator[str]:
            yield "a"
            raise LookupError("mine")

        return app.response_class(flask.stream_with_context(lines()))

    with pytest.raises(LookupError, match="mine"):
        get(app)
    assert isinstance(over[-1], LookupError)
    assert not flask.has_request_context()


def test_a_file_is_sent_whole(app: flask.Flask) -> None:
    octets = bytes(range(256)) * 1000

    @app.get("/")
    def download() -> Any:
        return flask.send_file(io.BytesIO(octets), "application/zip")

    response = get(app)
    assert response.body == octets
    assert response.headers.get("content-type") == "application/zip"


def test_call_on_close_is_called_once(app: flask.Flask) -> None:
    closed: list[int] = []

    @app.get("/")
    def index() -> Any:
        response = flask.make_response("ok")
        response.call_on_close(lambda: closed.append(1))
        return response

    assert get(app).body == b"ok"
    assert closed == [1]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/", 405), ("OPTIONS", "/", 200), ("HEAD", "/", 200)],
)
def test_what_flask_answers_by_itself_is_answered(app: flask.Flask, method: str, path: str, status: int) -> None:
    @app.get("/")
    def index() -> str:
        return "ok"

    response = answer(app, Request(method, path))
    assert response.status == status
    assert method != "HEAD" or (response.body, response.headers.get("content-length")) == (b"", "2")


def test_an_app_that_raises_is_logged_by_flask_and_answered_with_500(
    app: flask.Flask, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/")
    def index() -> str:
        raise LookupError("mine")

    assert get(app).status == 500
    assert "LookupError: mine" in caplog.text


def test_the_logging_of_flasks_documentation_does_not_go_round_in_circles(
    app: flask.Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    stream: Any = wsgi_errors_stream
    handler = logging.StreamHandler(stream)

    @app.get("/")
    def index() -> str:
        logging.getLogger("shop").error("sold out")
        return "ok"

    logging.getLogger().addHandler(handler)
    try:
        assert get(app).body == b"ok"
    finally:
        logging.getLogger().removeHandler(handler)
    assert capsys.readouterr().err == "sold out\n"


def test_middleware_around_it_sees_the_same(app: flask.Flask) -> None:
    @app.get("/")
    def index() -> str:
        return f"{flask.request.remote_addr} {flask.request.scheme}"

    response = get(
        ProxyFix(app),
        "/",
        "",
        ("x-forwarded-for", "198.51.100.7"),
        ("x-forwarded-proto", "http"),
        client=("10.0.0.1", 0),
    )
    assert response.body == b"198.51.100.7 http"
