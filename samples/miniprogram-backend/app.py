"""The backend of a mini-program in FastAPI: a shopping list with pictures, and its handler."""

import logging
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Annotated, NamedTuple

import httpx
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fcbridge import bridge, wechat
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from database import ImageRow, ItemRow, items_of, opened_engine
from images import LIMIT, image_type
from sessions import Sessions
from settings import Settings
from shopping import Credentials, Draft, Image, Item, ItemId, Me, Page, Search, Session
from weixin import LoginFailed, Weixin

logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Once per instance: the pools are opened before the first request and closed before the instance goes."""
    settings = Settings.of(os.environ)
    if not os.environ.get("SESSION_SECRET"):
        logger.warning("SESSION_SECRET is not set: a session ends with this instance")
    async with opened_engine(settings.database) as engine, httpx.AsyncClient(base_url=settings.wechat) as client:
        app.state.engine = engine
        app.state.weixin = Weixin(client, settings.appid, settings.secret)
        app.state.sessions = Sessions(settings.session_secret, settings.session_seconds)
        yield


app = FastAPI(title="Shopping list", lifespan=lifespan)


@app.exception_handler(RequestValidationError)
async def say_what_is_wrong(request: Request, error: RequestValidationError) -> JSONResponse:
    """As FastAPI does, but without repeating what was sent: a code of wx.login belongs in no answer and in no log, and
    half of a surrogate pair, which JSON from JavaScript may hold, in no JSON of ours."""
    said = [{name: mistake[name] for name in ("type", "loc", "msg")} for mistake in error.errors()]
    return JSONResponse({"detail": said}, 422)


async def opened_database(request: Request) -> AsyncGenerator[AsyncSession]:
    async with AsyncSession(request.app.state.engine, expire_on_commit=False) as session:
        yield session


Database = Annotated[AsyncSession, Depends(opened_database)]


# -- who is calling ---------------------------------------------------------------------------------------------------


class Caller(NamedTuple):
    """``openid`` is the user's, whoever vouches for it."""

    openid: str
    known_by: str


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


async def known_caller(request: Request, bearer: Bearer, database: Database) -> Caller:
    """WeChat itself says who it is where it makes the call; anybody else has to have logged in."""
    vouched = wechat.identity(request)
    if vouched is not None:
        return Caller(vouched.user, vouched.way)
    owner = await request.app.state.sessions.owner(bearer.credentials, database) if bearer else None
    if owner is None:
        raise HTTPException(401, "Log in first.", headers={"WWW-Authenticate": "Bearer"})
    return Caller(owner, "session")


KnownCaller = Annotated[Caller, Depends(known_caller)]


@app.post("/login")
async def log_in(credentials: Credentials, request: Request, database: Database) -> Session:
    try:
        openid = await request.app.state.weixin.openid(credentials.code)
    except LoginFailed as failure:
        raise HTTPException(failure.status, failure.reason) from None
    sessions: Sessions = request.app.state.sessions
    return Session(token=await sessions.open(openid, database), expires_in=sessions.seconds)


@app.post("/logout", status_code=204)
async def log_out(caller: KnownCaller, bearer: Bearer, request: Request, database: Database) -> None:
    """The token is worth nothing from now on. For whom WeChat vouches, there is nothing to end."""
    if caller.known_by == "session" and bearer:
        await request.app.state.sessions.close(bearer.credentials, database)


@app.get("/me")
async def me(caller: KnownCaller, database: Database) -> Me:
    count = select(func.count()).select_from(ItemRow).where(ItemRow.owner == caller.openid)
    return Me.model_validate({"known_by": caller.known_by, "items": await database.scalar(count)})


# -- the shopping list ------------------------------------------------------------------------------------------------


async def own_item(item_id: ItemId, caller: KnownCaller, database: Database) -> ItemRow:
    """Somebody else's item is as unknown as one that does not exist."""
    row = await database.scalar(items_of(caller.openid).where(ItemRow.id == item_id))
    if row is None:
        raise HTTPException(404)
    return row


OwnItem = Annotated[ItemRow, Depends(own_item)]


@app.get("/items")
async def find_items(search: Annotated[Search, Query()], caller: KnownCaller, database: Database) -> Page:
    query = items_of(caller.openid).where(ItemRow.id > search.after).limit(search.limit + 1)
    if search.bought is not None:
        query = query.where(ItemRow.bought == search.bought)
    rows = list(await database.scalars(query))
    following = len(rows) > search.limit
    shown = [Item.model_validate(row) for row in rows[: search.limit]]
    return Page(items=shown, next=shown[-1].id if following else None)


@app.post("/items", status_code=201)
async def create_item(
    draft: Draft, caller: KnownCaller, request: Request, response: Response, database: Database
) -> Item:
    row = ItemRow(owner=caller.openid, **draft.model_dump())
    database.add(row)
    await database.commit()
    response.headers["Location"] = request.url_for("read_item", item_id=row.id).path
    return Item.model_validate(row)


@app.get("/items/{item_id}")
async def read_item(row: OwnItem) -> Item:
    return Item.model_validate(row)


# PUT and not PATCH, which neither wx.request nor callContainer can send.
@app.put("/items/{item_id}")
async def update_item(row: OwnItem, draft: Draft, database: Database) -> Item:
    row.name, row.quantity, row.bought = draft.name, draft.quantity, draft.bought
    await database.commit()
    return Item.model_validate(row)


@app.delete("/items/{item_id}", status_code=204)
async def delete_item(row: OwnItem, database: Database) -> None:
    await database.execute(delete(ImageRow).where(ImageRow.item_id == row.id))
    await database.delete(row)
    await database.commit()


# -- images -----------------------------------------------------------------------------------------------------------


@app.put("/items/{item_id}/image")
async def put_image(row: OwnItem, request: Request, database: Database) -> Image:
    """The body is the image: what ``wx.request`` and the calls send of an ArrayBuffer."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LIMIT:
            break
    return await stored_image(row, bytes(content), database)


@app.post("/items/{item_id}/image")
async def post_image(row: OwnItem, file: UploadFile, database: Database) -> Image:
    """A form with a file: what ``wx.uploadFile`` sends."""
    return await stored_image(row, await file.read(LIMIT + 1), database)


@app.get("/items/{item_id}/image")
async def get_image(row: OwnItem, database: Database, if_none_match: Annotated[str, Header()] = "") -> Response:
    image = await database.get(ImageRow, row.id)
    if image is None:
        raise HTTPException(404)
    headers = {"ETag": f'"{image.digest}"', "Cache-Control": "private, no-cache"}
    if headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    content: bytes = await image.awaitable_attrs.content
    return Response(content, media_type=image.type, headers={**headers, "X-Content-Type-Options": "nosniff"})


@app.delete("/items/{item_id}/image", status_code=204)
async def delete_image(row: OwnItem, database: Database) -> None:
    await database.execute(delete(ImageRow).where(ImageRow.item_id == row.id))
    await database.commit()


async def stored_image(row: ItemRow, content: bytes, database: AsyncSession) -> Image:
    if len(content) > LIMIT:
        raise HTTPException(413, f"An image may have {LIMIT} bytes.")
    kind = image_type(content)
    if kind is None:
        raise HTTPException(415, "This is no PNG, JPEG, GIF or WebP.")
    digest = sha256(content).hexdigest()
    image = await database.merge(ImageRow(item_id=row.id, type=kind, size=len(content), digest=digest, content=content))
    await database.commit()
    return Image.model_validate(image)


handler = bridge(app)
initialize = handler.initialize
pre_stop = handler.pre_stop
