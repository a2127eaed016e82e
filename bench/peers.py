"""The other adapters, each as its documentation sets it up."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any

from fcbridge.model import Request

from .entry import Enter, Entry, EventOf, LambdaContext, UntimedContext, read_envelope
from .events import azure, read_azure, rest

_BINARY_TYPES = ["application/octet-stream"]


def mangum(lifespan: Any, event_of: EventOf) -> Enter:
    """https://mangum.fastapiexpert.com/adapter/"""

    def enter(app: Any, interface: str, request: Request) -> Entry:
        from mangum import Mangum

        loop = asyncio.new_event_loop()
        handler: Any = Mangum(app, lifespan=lifespan)
        event, context = event_of(request), LambdaContext()

        def close() -> None:
            loop.run_until_complete(loop.shutdown_default_executor())
            asyncio.set_event_loop(None)
            loop.close()

        def prepare() -> None:
            asyncio.set_event_loop(loop)  # it takes the thread's own

        return Entry(lambda: handler(event, context), read_envelope, close, prepare)

    return enter


def a2wsgi_mangum(app: Any, interface: str, request: Request) -> Entry:
    """WSGI by way of ASGI: https://github.com/abersheeran/a2wsgi"""
    from a2wsgi import WSGIMiddleware

    return mangum("off", rest)(WSGIMiddleware(app), "asgi", request)


def asgiref_mangum(app: Any, interface: str, request: Request) -> Entry:
    """The same by Django's: https://github.com/django/asgiref#wsgi-to-asgi-adapter"""
    wrap: Any = import_module("asgiref.wsgi").WsgiToAsgi

    return mangum("off", rest)(wrap(app), "asgi", request)


def apig_wsgi(event_of: EventOf) -> Enter:
    """https://github.com/adamchainz/apig-wsgi"""

    def enter(app: Any, interface: str, request: Request) -> Entry:
        from apig_wsgi import make_lambda_handler

        handler: Any = make_lambda_handler(app, binary_support=True)
        event, context = event_of(request), LambdaContext()
        return Entry(lambda: handler(event, context), read_envelope)

    return enter


def serverless_wsgi(event_of: EventOf) -> Enter:
    """https://github.com/logandk/serverless-wsgi"""

    def enter(app: Any, interface: str, request: Request) -> Entry:
        handle: Any = import_module("serverless_wsgi").handle_request  # without types, as the next three are
        event, context = event_of(request), LambdaContext()
        return Entry(lambda: handle(app, event, context), read_envelope)

    return enter


def awsgi(app: Any, interface: str, request: Request) -> Entry:
    """https://github.com/slank/awsgi"""
    respond: Any = import_module("awsgi").response
    event, context = rest(request), LambdaContext()
    return Entry(lambda: respond(app, event, context, base64_content_types=_BINARY_TYPES), read_envelope)


def azure_middleware(app: Any, interface: str, request: Request) -> Entry:
    """https://learn.microsoft.com/azure/azure-functions/functions-reference-python#web-frameworks"""
    functions: Any = import_module("azure.functions")
    event, context = azure(request), UntimedContext()
    if interface == "wsgi":
        handle = functions.WsgiMiddleware(app).handle
        return Entry(lambda: handle(event, context), read_azure)
    awaited = functions.AsgiMiddleware(app).handle_async
    loop = asyncio.new_event_loop()

    def close() -> None:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    return Entry(lambda: loop.run_until_complete(awaited(event, context)), read_azure, close)
