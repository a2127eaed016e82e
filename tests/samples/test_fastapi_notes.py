"""samples/fastapi-notes: what the notes API's own tests do not say."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from fcbridge.testing import Client

from .folder import deployed, statuses

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from types import ModuleType

    from sqlalchemy.ext.asyncio import AsyncEngine


@pytest.fixture
def app(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("fastapi-notes")


def test_the_pool_is_opened_once_and_closed_once(
    app: ModuleType, gateway: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[AsyncEngine] = []
    closed: list[object] = []
    opened_engine = app.opened_engine

    @asynccontextmanager
    async def watched_engine() -> AsyncGenerator[AsyncEngine]:
        async with opened_engine() as engine:
            opened.append(engine)
            event.listen(engine.sync_engine, "engine_disposed", closed.append)
            yield engine

    monkeypatch.setattr(app, "opened_engine", watched_engine)
    with Client(app.handler, gateway=gateway) as client:
        for _ in range(20):
            assert client.get("/notes").status_code == 200
        assert (len(opened), len(closed)) == (1, 0)
    app.pre_stop(None)
    assert closed == [engine.sync_engine for engine in opened]
    assert len(opened) == 1


def test_an_instance_that_comes_back_finds_its_notes(app: ModuleType, gateway: str) -> None:
    with Client(app.handler, gateway=gateway) as client:
        client.post("/notes", json={"title": "kept"})
    with Client(app.handler, gateway=gateway) as client:
        assert [note["title"] for note in client.get("/notes").json()] == ["kept"]


def test_the_documentation_of_the_api_is_served(app: ModuleType, gateway: str) -> None:
    with Client(app.handler, gateway=gateway) as client:
        assert "/notes/{note_id}" in client.get("/openapi.json").json()["paths"]


def test_options_is_a_204(app: ModuleType, gateway: str) -> None:
    with Client(app.handler, gateway=gateway) as client:
        assert client.options("/notes").status_code == 204


def test_the_example_events_are_answered(app: ModuleType) -> None:
    assert statuses(app.handler, "fastapi-notes") == {
        "1-create-note.json": 201,
        "2-find-notes.json": 200,
        "3-notes-with-tag.json": 200,
        "4-upload-attachment.json": 200,
        "5-download-attachment.json": 200,
        "6-refused-note.json": 422,
    }


def test_what_the_deployment_names_is_there(app: ModuleType) -> None:
    assert deployed("fastapi-notes") == ["handler", "initialize", "pre_stop"]
    assert all(callable(getattr(app, name)) for name in deployed("fastapi-notes"))
