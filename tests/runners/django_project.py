"""A Django project in one file. Run as a program, it answers requests through the runner and prints what came of them.

In a process of its own: settings can be configured once only.
"""

# Django has no types:
# mypy: disable-error-code="import-untyped"
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false, reportArgumentType=false

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import django
from django.conf import settings
from django.core.signals import got_request_exception, request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path, reverse

from fcbridge.model import Headers, Request, Response
from fcbridge.runners.interface import make_runner
from fcbridge.runners.wsgi import WsgiRunner
from tests.runners.wsgi_apps import validated

OCTETS = bytes(range(256)) * 1000

signals: list[str] = []


def echo(request: HttpRequest, rest: str = "") -> JsonResponse:
    return JsonResponse(
        {
            "rest": rest,
            "path": request.path,
            "uri": request.build_absolute_uri(),
            "link": reverse("echo", args=["x"]),
            "query": request.GET.getlist("tag"),
            "client": request.META["REMOTE_ADDR"],
            "cookies": request.COOKIES,
            "length": request.META.get("CONTENT_LENGTH"),
            "body": request.body.decode("latin-1"),
        }
    )


def upload(request: HttpRequest) -> HttpResponse:
    file: Any = request.FILES["file"]
    return HttpResponse(file.read() == OCTETS and request.POST["name"], content_type="text/plain; charset=utf-8")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        for number in range(3):
            # The request is not finished before its stream is.
            yield f"{number} {'finished' in signals}\n"

    return StreamingHttpResponse(lines())


def cookies(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("ok")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


def download(request: HttpRequest) -> FileResponse:
    return FileResponse(open(__file__, "rb"), filename="käse.py")  # Django closes it


def empty(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(status=204)
    del response["Content-Type"]  # the validator wants none here
    return response


def broken(request: HttpRequest) -> HttpResponse:
    raise LookupError("mine")


def broken_stream(request: HttpRequest) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        yield "a"
        raise LookupError("mine")

    return StreamingHttpResponse(lines())


urlpatterns = [
    path("echo/<path:rest>", echo, name="echo"),
    path("upload", upload),
    path("stream", stream),
    path("cookies", cookies),
    path("download", download),
    path("empty", empty),
    path("broken", broken),
    path("broken-stream", broken_stream),
]


def multipart() -> tuple[bytes, tuple[str, str]]:
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="name"\r\n\r\nK\xc3\xa4se\r\n'
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
        + OCTETS
        + b"\r\n--edge--\r\n"
    )
    return body, ("content-type", "multipart/form-data; boundary=edge")


def main() -> dict[str, Any]:
    settings.configure(
        ALLOWED_HOSTS=["api.example.com"], ROOT_URLCONF=__name__, SECRET_KEY="a key for tests", MIDDLEWARE=[],
        LOGGING_CONFIG=None, DATA_UPLOAD_MAX_MEMORY_SIZE=10_000_000,
    )  # fmt: skip
    django.setup()
    request_started.connect(lambda **_: signals.append("started"), weak=False)
    got_request_exception.connect(lambda **_: signals.append("failed"), weak=False)
    request_finished.connect(lambda **_: signals.append("finished"), weak=False)
    app = get_wsgi_application()
    runner = WsgiRunner(validated(app))
    assert isinstance(make_runner(get_wsgi_application), WsgiRunner)

    def ask(path: str, method: str = "GET", *headers: tuple[str, str], **fields: Any) -> dict[str, Any]:
        signals.clear()
        pairs = Headers([("host", "api.example.com"), *headers])
        try:
            response: Response = runner(Request(method, path, headers=pairs, client=("203.0.113.24", 0), **fields))
        except LookupError as error:
            return {"raised": str(error), "signals": list(signals)}
        return {
            "status": response.status,
            "headers": response.headers.pairs,
            "body": response.body.decode("latin-1"),
            "signals": list(signals),
        }

    body, kind = multipart()
    return {
        "echo": ask("/prod/echo/caf%C3%A9/a%20b", query="tag=1&tag=2", base_path="/prod"),
        "cookie": ask("/echo/a", "GET", ("cookie", "a=1"), ("cookie", "b=2")),
        "post": ask("/echo/a", "POST", ("content-type", "text/plain"), body=b"hello"),
        "post with a wrong length": ask("/echo/a", "POST", ("content-length", "2"), body=b"hello"),
        "post of nothing": ask("/echo/a", "POST"),
        "upload": ask("/upload", "POST", kind, body=body),
        "stream": ask("/stream"),
        "cookies": ask("/cookies"),
        "download": ask("/download"),
        "empty": ask("/empty"),
        "broken": ask("/broken"),
        "broken stream": ask("/broken-stream"),
        "foreign host": ask("/echo/a", "GET", ("host", "evil.example")),
    }


if __name__ == "__main__":
    print(json.dumps(main()))
