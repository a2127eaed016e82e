"""samples/flask-notes: what the notes API's own tests do not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from .folder import deployed, statuses

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


@pytest.fixture
def app(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("flask-notes")


def test_the_pool_is_closed_before_the_instance_goes(app: ModuleType) -> None:
    closed: list[object] = []
    event.listen(app.engine, "engine_disposed", closed.append)
    app.initialize(None)
    assert closed == []
    app.pre_stop(None)
    assert closed == [app.engine]


def test_the_example_events_are_answered(app: ModuleType) -> None:
    assert statuses(app.handler, "flask-notes") == {
        "1-create-note.json": 201,
        "2-find-notes.json": 200,
        "3-notes-with-tag.json": 200,
        "4-upload-attachment.json": 200,
        "5-download-attachment.json": 200,
        "6-refused-note.json": 422,
    }


def test_what_the_deployment_names_is_there(app: ModuleType) -> None:
    assert deployed("flask-notes") == ["handler", "initialize", "pre_stop"]
    assert all(callable(getattr(app, name)) for name in deployed("flask-notes"))
