"""A page, a greeting, an echo and two cookies in FastAPI, and the function that Google's framework calls."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from fcbridge import bridge

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello from a function of Google Cloud</h1>
<p><a href="hello/世界">a greeting</a>
"""

app = FastAPI()


@app.get("/", response_class=HTMLResponse)
async def page() -> str:
    return PAGE


@app.get("/hello/{name}", response_class=PlainTextResponse)
async def hello(name: str) -> str:
    return f"Hello, {name}!\n"


@app.post("/echo")
async def echo(document: dict[str, Any]) -> dict[str, Any]:
    return document


@app.put("/preferences", status_code=204)
async def preferences(response: Response) -> None:
    """Two cookies at once, and both reach the browser."""
    response.set_cookie("theme", "dark", samesite="lax")
    response.set_cookie("language", "zh", samesite="lax")


@app.get("/execution")
async def execution(request: Request) -> dict[str, str]:
    """What the platform says of this execution. An ordinary server says nothing."""
    told = request.scope.get("fcbridge.context")
    return {"id": getattr(told, "execution_id", ""), "trace": getattr(told, "trace_id", "")}


main = bridge(app, platform="google").entry()
