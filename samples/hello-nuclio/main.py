"""A page, a greeting, an echo and a session in FastAPI, and the two functions that Nuclio calls."""

from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from fcbridge import bridge

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello from a function of Nuclio</h1>
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


@app.put("/session", status_code=204)
async def session(response: Response) -> None:
    """One cookie: of several, Nuclio carries the last."""
    response.set_cookie("session", "7", samesite="lax", httponly=True)


handler = bridge(app, platform="nuclio").entry()
init_context = handler.init_context
