"""A notes API in Flask, and the handler that makes a function of it."""

import os
from collections.abc import Iterator
from secrets import token_hex
from typing import TypeVar
from urllib.parse import quote

from fcbridge import bridge
from flask import Flask, Response, abort, jsonify, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from database import AttachmentRow, ChangeRow, NoteRow, matching, opened_engine, record
from notes import Attachment, Change, Draft, Note, Preferences, Search, Visitor

app = Flask(__name__)

# Set NOTES_SECRET where more than one instance runs: without it each makes its own and a login is known to one only.
app.config["SECRET_KEY"] = os.environ.get("NOTES_SECRET") or token_hex()
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"

# WSGI knows no startup: the pool is opened as the module is loaded, which is before the first request.
engine = opened_engine()


def known_note(database: Session, note_id: int) -> NoteRow:
    row = database.get(NoteRow, note_id)
    return row if row is not None else abort(404)


@app.get("/")
def index() -> ResponseReturnValue:
    return redirect(url_for("find_notes"), 307)


# -- notes ------------------------------------------------------------------------------------------------------------


@app.get("/notes")
def find_notes() -> ResponseReturnValue:
    search = checked(Search, request.args.to_dict(), "query")
    with Session(engine) as database:
        return [Note.model_validate(row).model_dump() for row in database.scalars(matching(search))]


@app.post("/notes")
def create_note() -> ResponseReturnValue:
    draft = checked(Draft, request.get_json(silent=True))
    with Session(engine) as database:
        row = NoteRow(**draft.model_dump())
        database.add(row)
        database.commit()
        note = Note.model_validate(row)
    location = url_for("read_note", note_id=note.id)
    return recorded("created", note.id, jsonify(note.model_dump()), 201, {"Location": location})


@app.get("/notes/<int:note_id>")
def read_note(note_id: int) -> ResponseReturnValue:
    with Session(engine) as database:
        note = Note.model_validate(known_note(database, note_id))
    response = jsonify(note.model_dump())
    response.headers["ETag"] = note.etag
    response.make_conditional(request)
    return response


@app.put("/notes/<int:note_id>")
def update_note(note_id: int) -> ResponseReturnValue:
    draft = checked(Draft, request.get_json(silent=True))
    with Session(engine) as database:
        row = known_note(database, note_id)
        row.title, row.text, row.tag = draft.title, draft.text, draft.tag
        database.commit()
        return recorded("updated", note_id, Note.model_validate(row).model_dump())


@app.delete("/notes/<int:note_id>")
def delete_note(note_id: int) -> ResponseReturnValue:
    with Session(engine) as database:
        row = known_note(database, note_id)
        database.execute(delete(AttachmentRow).where(AttachmentRow.note_id == note_id))
        database.delete(row)
        database.commit()
    return recorded("deleted", note_id, "", 204)


@app.get("/tags/<tag>")
def notes_with_tag(tag: str) -> ResponseReturnValue:
    with Session(engine) as database:
        return [Note.model_validate(row).model_dump() for row in database.scalars(matching(Search(tag=tag)))]


@app.get("/changes")
def changes() -> ResponseReturnValue:
    with Session(engine) as database:
        rows = database.scalars(select(ChangeRow).order_by(ChangeRow.id))
        return [Change.model_validate(row).model_dump() for row in rows]


@app.get("/export")
def export() -> ResponseReturnValue:
    """Every note, a line each, sent while they are read."""

    def lines() -> Iterator[str]:
        with Session(engine) as database:
            for row in database.scalars(select(NoteRow).order_by(NoteRow.id)):
                yield Note.model_validate(row).model_dump_json() + "\n"

    return Response(lines(), content_type="application/x-ndjson")


def recorded(action: str, note_id: int, *answer: object) -> Response:
    """The answer, and a line in the journal when it has been sent: the bridge closes the response in time."""
    response = make_response(*answer)
    response.call_on_close(lambda: record(engine, action, note_id))
    return response


# -- attachments ------------------------------------------------------------------------------------------------------


@app.put("/notes/<int:note_id>/attachment")
def upload(note_id: int) -> ResponseReturnValue:
    with Session(engine) as database:
        known_note(database, note_id)
        if "file" not in request.files:
            abort(422)
        file = request.files["file"]
        content = file.read()
        attachment = AttachmentRow(
            note_id=note_id,
            name=file.filename or "attachment",
            type=file.content_type or "application/octet-stream",
            size=len(content),
            content=content,
        )
        database.merge(attachment)
        database.commit()
        return Attachment.model_validate(attachment).model_dump()


@app.get("/notes/<int:note_id>/attachment")
def download(note_id: int) -> ResponseReturnValue:
    with Session(engine) as database:
        attachment = database.get(AttachmentRow, note_id)
        if attachment is None:
            abort(404)
        # RFC 6266 section 5: filename* carries names that are not ASCII.
        disposition = f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}"
        return Response(attachment.content, content_type=attachment.type, headers={"Content-Disposition": disposition})


# -- cookies ----------------------------------------------------------------------------------------------------------


@app.post("/session")
def log_in() -> ResponseReturnValue:
    """Logins come from forms, so this is one."""
    session["name"] = checked(Visitor, request.form.to_dict()).name
    return "", 204


@app.get("/session")
def who_am_i() -> ResponseReturnValue:
    if "name" not in session:
        abort(401)
    return {"name": session["name"]}


@app.delete("/session")
def log_out() -> ResponseReturnValue:
    session.clear()
    return "", 204


@app.put("/preferences")
def set_preferences() -> ResponseReturnValue:
    """Two cookies. The HTTP trigger of FC 3.0 carries one Set-Cookie: the last arrives, and the log says so."""
    preferences = checked(Preferences, request.get_json(silent=True))
    response = Response(status=204)
    response.set_cookie("theme", preferences.theme)
    response.set_cookie("language", preferences.language)
    return response


@app.get("/preferences")
def preferences() -> ResponseReturnValue:
    return checked(Preferences, dict(request.cookies), "cookie").model_dump()


# -- failure ----------------------------------------------------------------------------------------------------------


@app.get("/broken")
def broken() -> ResponseReturnValue:
    """The caller gets a plain 500, the log gets the traceback."""
    raise RuntimeError("This route is broken on purpose.")


Document = TypeVar("Document", bound=BaseModel)


def checked(kind: type[Document], value: object, source: str = "body") -> Document:
    """``value`` as a document, or a 422 that says what is wrong with it."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        faults = [{**fault, "loc": [source, *fault["loc"]]} for fault in error.errors(include_url=False)]
        abort(make_response({"detail": faults}, 422))


@app.errorhandler(HTTPException)
def refused(error: HTTPException) -> ResponseReturnValue:
    """Errors as JSON, like everything else."""
    response = make_response(error)
    response.data = app.json.dumps({"detail": error.name})
    response.mimetype = "application/json"
    return response


handler = bridge(app)
initialize = handler.initialize


def pre_stop(context: object = None) -> None:
    """The platform's last call to an instance: a hook may do more than the bridge does."""
    handler.pre_stop(context)
    engine.dispose()
