"""A page, a greeting, an echo and two cookies in Flask, and the handler that makes a function of them."""

from fcbridge import bridge
from flask import Flask, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

app = Flask(__name__)

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello from a function of Tencent Cloud</h1>
<p><a href="hello/世界">a greeting</a>
"""


@app.get("/")
def page() -> str:
    return PAGE


@app.get("/hello/<name>")
def hello(name: str) -> ResponseReturnValue:
    return Response(f"Hello, {name}!\n", content_type="text/plain; charset=utf-8")


@app.post("/echo")
def echo() -> ResponseReturnValue:
    document = request.get_json(silent=True)
    return jsonify(document) if document is not None else abort(400, "The body is not JSON.")


@app.get("/tags")
def tags() -> ResponseReturnValue:
    """``?tag=red&tag=blue&debug``: repeats and keys without a value arrive."""
    return jsonify(tags=request.args.getlist("tag"), debug="debug" in request.args)


@app.put("/preferences")
def preferences() -> ResponseReturnValue:
    """Two cookies at once, and both reach the browser."""
    answer = Response(status=204)
    answer.set_cookie("theme", "dark", samesite="Lax")
    answer.set_cookie("language", "zh", samesite="Lax")
    return answer


@app.get("/invocation")
def invocation() -> ResponseReturnValue:
    """What the platform says of this invocation: its context is a dict. An ordinary server has none."""
    context: dict[str, object] = request.environ.get("fcbridge.context") or {}
    return jsonify(id=context.get("request_id"), function=context.get("function_name"), caller=request.remote_addr)


handler = bridge(app)
