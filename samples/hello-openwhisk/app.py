"""A page, a greeting, a picture and two cookies in Flask, and the function that OpenWhisk calls."""

from base64 import b64decode

from fcbridge import bridge
from flask import Flask, Response, request

app = Flask(__name__)

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello from an action of OpenWhisk</h1>
<p><img src="dot.png" alt=""> <a href="hello/世界">a greeting</a>
"""

# One pixel.
DOT = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


@app.get("/")
def page() -> str:
    return PAGE


@app.get("/hello/<name>")
def hello(name: str) -> Response:
    return Response(f"Hello, {name}!\n", content_type="text/plain; charset=utf-8")


@app.get("/dot.png")
def dot() -> Response:
    return Response(DOT, content_type="image/png")


@app.post("/echo")
def echo() -> Response:
    """Sends back what it got, whatever it is."""
    return Response(request.get_data(), content_type=request.content_type)


@app.put("/preferences")
def preferences() -> Response:
    """Two cookies at once, and both reach the browser."""
    answer = Response(status=204)
    answer.set_cookie("theme", "dark")
    answer.set_cookie("language", "zh")
    return answer


main = bridge(app, platform="openwhisk").entry()
