"""Driving logs on their way from object storage, or from a log service, to Kafka; and a page that says how it goes."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fcbridge import Context, Handler, LogEvent, ObjectEvent, Outcome, bridge, reject
from fcbridge.once import RedisStore, SQLiteStore

from lines import lines
from loading import Loaded, load
from settings import Settings
from storage import Gone, opened

logger = logging.getLogger("driving-log-etl")


def function(settings: Settings) -> Handler:
    """The handler."""
    done = store(settings.done_store)

    @asynccontextmanager
    async def lifespan(web: FastAPI) -> AsyncIterator[None]:
        yield
        done.close()

    web = FastAPI(title="Driving logs", lifespan=lifespan)
    so_far = {"events": 0, "readings": 0, "broken": 0}

    @web.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @web.get("/status")
    def status() -> dict[str, int]:
        """What this instance has loaded."""
        return so_far

    handler = bridge(web)

    uploads = {"type": "ObjectCreated:*", "bucket": settings.inbox, "key": settings.inbox_keys}

    @handler.on(ObjectEvent, **uploads)  # the rest: Huawei's OBS gives an event no id by which it could be told again
    @handler.on(ObjectEvent, **uploads, id="?*", once=done)
    def file_came(event: ObjectEvent, context: Context) -> dict[str, int] | Outcome:
        """A vehicle has uploaded its log."""
        origin = f"{event.bucket}/{event.key}"
        try:
            with opened(event, context, settings) as file:
                return counted(load(event.id or identity(event), origin, lines(file), settings))
        except Gone as reason:
            return reject(f"{origin} is gone: {reason}")

    @handler.on(LogEvent, once=done)
    def logs_came(event: LogEvent, context: Context) -> dict[str, int]:
        """A piece of a logstore has come in."""
        from logservice import pulled  # half a second of imports, which only this needs

        origin = f"{event.group}/{event.stream}/{event.shard}"
        return counted(load(event.id or f"{origin}@{event.begin}", origin, pulled(event, context), settings))

    def counted(loaded: Loaded) -> dict[str, int]:
        so_far["events"] += 1
        so_far["readings"] += loaded.readings
        so_far["broken"] += loaded.broken
        logger.info("%d readings, %d broken lines", loaded.readings, loaded.broken)
        return loaded._asdict()

    return handler


def identity(event: ObjectEvent) -> str:
    """What an event is known by whose platform gives it no id: the object, as it was written this time."""
    return f"{event.bucket}/{event.key}@{event.version or event.etag or event.time}"


def store(place: str) -> RedisStore | SQLiteStore:
    """Where it is written down which events have been done."""
    return RedisStore(place) if place.startswith(("redis:", "rediss:")) else SQLiteStore(place)


handler = function(Settings.of(os.environ))
initialize = handler.initialize
pre_stop = handler.pre_stop
