"""A function of WSGI: a Flask app that tells what it was asked."""

from __future__ import annotations

from base64 import b64encode

from flask import Flask, Response, request

from fcbridge import bridge

app = Flask(__name__)


@app.get("/png")
def png() -> Response:
    return Response(bytes(range(256)), mimetype="image/png")


@app.get("/cookies")
def cookies() -> Response:
    response = Response("set", mimetype="text/plain")
    for name in ("a", "b", "c"):
        response.set_cookie(name, "1, 2", httponly=True)
    return response


@app.delete("/empty")
def empty() -> Response:
    return Response(status=204)


@app.get("/moved")
def moved() -> Response:
    return Response(status=302, headers={"location": "/caf%C3%A9?a=1"})


@app.route("/", defaults={"path": ""}, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@app.route("/<path:path>", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def echo(path: str) -> dict[str, object]:
    environ = request.environ
    names = ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "CONTENT_LENGTH", "RAW_URI")
    return {
        **{name: environ.get(name) for name in names},
        "scheme": environ["wsgi.url_scheme"],
        "headers": sorted((name, value) for name, value in environ.items() if name.startswith("HTTP_")),
        "body": b64encode(request.get_data()).decode("ascii"),
    }


handler = bridge(app)
