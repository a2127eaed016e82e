"""The database: three tables, and an engine whose pool lives as long as the function's instance."""

import os
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy import URL, Engine, ForeignKey, Select, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from notes import Search

# The code directory of a function is read-only; the temporary directory is not, and lasts as long as the instance.
DEFAULT_PATH = Path(gettempdir(), "flask-notes.sqlite3")


class Table(DeclarativeBase):
    pass


class NoteRow(Table):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    tag: Mapped[str] = mapped_column(index=True)


class AttachmentRow(Table):
    __tablename__ = "attachments"

    note_id: Mapped[int] = mapped_column(ForeignKey(NoteRow.id), primary_key=True)
    name: Mapped[str]
    type: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes]


class ChangeRow(Table):
    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str]
    note_id: Mapped[int]


def opened_engine() -> Engine:
    path = os.environ.get("NOTES_DATABASE") or str(DEFAULT_PATH)
    engine = create_engine(URL.create("sqlite", database=path))
    Table.metadata.create_all(engine)
    return engine


def matching(search: Search) -> Select[NoteRow]:
    query = select(NoteRow).order_by(NoteRow.id).limit(search.limit)
    if search.q:
        contains = NoteRow.title.icontains(search.q, autoescape=True)
        query = query.where(contains | NoteRow.text.icontains(search.q, autoescape=True))
    if search.tag:
        query = query.where(NoteRow.tag == search.tag)
    return query


def record(engine: Engine, action: str, note_id: int) -> None:
    """Write a line into the journal."""
    with Session(engine) as session:
        session.add(ChangeRow(action=action, note_id=note_id))
        session.commit()
