"""What a type checker tells a user. mypy and pyright read this file; pytest only imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcbridge import (
    Context,
    Handler,
    Headers,
    MessageEvent,
    ObjectEvent,
    Outcome,
    Request,
    Response,
    State,
    ack,
    bridge,
)

from .apps import environ_app

if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import assert_type

    assert_type(bridge(environ_app), Handler)
    assert_type(bridge("index:app", platform="aliyun", background=2.5), Handler)
    bridge(environ_app, lifespan="sometimes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    bridge(environ_app, on_error="ignore")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    bridge(environ_app, bogus=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    assert_type(Request().headers, Headers)
    assert_type(Request().headers.get("host"), str | None)
    assert_type(Response().body, bytes)

    handler = bridge()

    @handler.on(ObjectEvent, type="ObjectCreated:*", size=1024)
    async def on_upload(event: ObjectEvent, state: State, context: Context) -> str:
        return event.key

    @handler.on(MessageEvent, trigger=["oss", "s3"], batch=True)
    def on_messages(events: list[MessageEvent]) -> Outcome:
        assert_type(events[0].header("content-type"), Any)
        return ack()

    # A decorated function is what it was.
    assert_type(on_messages([]), Outcome)

    async def calls() -> None:
        assert_type(await on_upload(ObjectEvent(), State(), None), str)

    handler.on("ObjectEvent")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    handler.on(ObjectEvent, once="store")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_every_public_name_is_there_and_documented() -> None:
    import fcbridge

    for name in fcbridge.__all__:
        if name != "__version__":
            assert getattr(fcbridge, name).__doc__, name
    assert sorted(fcbridge.__all__) == fcbridge.__all__
