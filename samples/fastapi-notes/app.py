"""A notes API in FastAPI, and the handler that makes a function of it."""

import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Annotated
from urllib.parse import quote

from fastapi import (
    BackgroundTasks,
    Cookie,
    Depends,
    FastAPI,
    Form,
    Header,
    HTTPException,
    Query,
    Request,
    Response,
    UploadFile,
)
from fastapi.responses import RedirectResponse, StreamingResponse
from fcbridge import bridge
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.middleware.sessions import SessionMiddleware

from database import AttachmentRow, ChangeRow, NoteRow, matching, opened_engine, record
from notes import Attachment, Change, Draft, Note, Preferences, Search, Visitor


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Once per instance: the pool is opened before the first request and closed before the instance goes."""
    async with opened_engine() as engine:
        app.state.engine = engine
        yield


app = FastAPI(title="Notes", lifespan=lifespan)

# Set NOTES_SECRET where more than one instance runs: without it each makes its own and a login is known to one only.
app.add_middleware(SessionMiddleware, secret_key=os.environ.get("NOTES_SECRET") or token_hex())


async def opened_session(request: Request) -> AsyncGenerator[AsyncSession]:
    async with AsyncSession(request.app.state.engine, expire_on_commit=False) as session:
        yield session


Database = Annotated[AsyncSession, Depends(opened_session)]


async def known_note(note_id: int, database: Database) -> NoteRow:
    row = await database.get(NoteRow, note_id)
    if row is None:
        raise HTTPException(404)
    return row


KnownNote = Annotated[NoteRow, Depends(known_note)]


@app.get("/")
async def index(request: Request) -> RedirectResponse:
    return RedirectResponse(request.url_for("find_notes").path)


# -- notes ------------------------------------------------------------------------------------------------------------


@app.get("/notes")
async def find_notes(search: Annotated[Search, Query()], database: Database) -> list[Note]:
    return [Note.model_validate(row) for row in await database.scalars(matching(search))]


@app.options("/notes", status_code=204)
async def note_methods(response: Response) -> None:
    response.headers["Allow"] = "GET, OPTIONS, POST"


@app.post("/notes", status_code=201)
async def create_note(
    draft: Draft, request: Request, response: Response, database: Database, after: BackgroundTasks
) -> Note:
    row = NoteRow(**draft.model_dump())
    database.add(row)
    await database.commit()
    # A background task runs when the response is complete; the bridge waits for it before the instance is frozen.
    after.add_task(record, request.app.state.engine, "created", row.id)
    response.headers["Location"] = request.url_for("read_note", note_id=row.id).path
    return Note.model_validate(row)


@app.head("/notes/{note_id:int}")
@app.get("/notes/{note_id:int}")
async def read_note(row: KnownNote, response: Response, if_none_match: Annotated[str, Header()] = "") -> Note:
    note = Note.model_validate(row)
    if note.etag in if_none_match:
        raise HTTPException(304, headers={"ETag": note.etag})
    response.headers["ETag"] = note.etag
    return note


@app.put("/notes/{note_id:int}")
async def update_note(
    row: KnownNote, draft: Draft, request: Request, database: Database, after: BackgroundTasks
) -> Note:
    row.title, row.text, row.tag = draft.title, draft.text, draft.tag
    await database.commit()
    after.add_task(record, request.app.state.engine, "updated", row.id)
    return Note.model_validate(row)


@app.delete("/notes/{note_id:int}", status_code=204)
async def delete_note(row: KnownNote, request: Request, database: Database, after: BackgroundTasks) -> None:
    await database.execute(delete(AttachmentRow).where(AttachmentRow.note_id == row.id))
    await database.delete(row)
    await database.commit()
    after.add_task(record, request.app.state.engine, "deleted", row.id)


@app.get("/tags/{tag}")
async def notes_with_tag(tag: str, database: Database) -> list[Note]:
    return [Note.model_validate(row) for row in await database.scalars(matching(Search(tag=tag)))]


@app.get("/changes")
async def changes(database: Database) -> list[Change]:
    rows = await database.scalars(select(ChangeRow).order_by(ChangeRow.id))
    return [Change.model_validate(row) for row in rows]


@app.get("/export")
async def export(database: Database) -> StreamingResponse:
    """Every note, a line each, sent while they are read."""

    async def lines() -> AsyncIterator[str]:
        async for row in await database.stream_scalars(select(NoteRow).order_by(NoteRow.id)):
            yield Note.model_validate(row).model_dump_json() + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


# -- attachments ------------------------------------------------------------------------------------------------------


@app.put("/notes/{note_id:int}/attachment")
async def upload(row: KnownNote, file: UploadFile, database: Database) -> Attachment:
    content = await file.read()
    attachment = AttachmentRow(
        note_id=row.id,
        name=file.filename or "attachment",
        type=file.content_type or "application/octet-stream",
        size=len(content),
        content=content,
    )
    await database.merge(attachment)
    await database.commit()
    return Attachment.model_validate(attachment)


@app.get("/notes/{note_id:int}/attachment")
async def download(note_id: int, database: Database) -> Response:
    attachment = await database.get(AttachmentRow, note_id)
    if attachment is None:
        raise HTTPException(404)
    # RFC 6266 section 5: filename* carries names that are not ASCII.
    disposition = f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}"
    headers = {"Content-Type": attachment.type, "Content-Disposition": disposition}
    return Response(attachment.content, headers=headers)


# -- cookies ----------------------------------------------------------------------------------------------------------


@app.post("/session", status_code=204)
async def log_in(visitor: Annotated[Visitor, Form()], request: Request) -> None:
    """Logins come from forms, so this is one."""
    request.session["name"] = visitor.name


@app.get("/session")
async def who_am_i(request: Request) -> Visitor:
    if "name" not in request.session:
        raise HTTPException(401)
    return Visitor(name=request.session["name"])


@app.delete("/session", status_code=204)
async def log_out(request: Request) -> None:
    request.session.clear()


@app.put("/preferences", status_code=204)
async def set_preferences(preferences: Preferences, response: Response) -> None:
    """Two cookies. The HTTP trigger of FC 3.0 carries one Set-Cookie: the last arrives, and the log says so."""
    response.set_cookie("theme", preferences.theme)
    response.set_cookie("language", preferences.language)


@app.get("/preferences")
async def preferences(cookies: Annotated[Preferences, Cookie()]) -> Preferences:
    return cookies


# -- failure ----------------------------------------------------------------------------------------------------------


@app.get("/broken")
async def broken() -> None:
    """The caller gets a plain 500, the log gets the traceback."""
    raise RuntimeError("This route is broken on purpose.")


handler = bridge(app)
initialize = handler.initialize
pre_stop = handler.pre_stop
