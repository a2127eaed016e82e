"""The database: three tables, and an engine whose pool lives as long as the function's instance."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy import URL, ForeignKey, Select, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from notes import Search

# The code directory of a function is read-only; the temporary directory is not, and lasts as long as the instance.
DEFAULT_PATH = Path(gettempdir(), "fastapi-notes.sqlite3")


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


@asynccontextmanager
async def opened_engine() -> AsyncGenerator[AsyncEngine]:
    path = os.environ.get("NOTES_DATABASE") or str(DEFAULT_PATH)
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=path))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(Table.metadata.create_all)
        yield engine
    finally:
        await engine.dispose()


def matching(search: Search) -> Select[NoteRow]:
    query = select(NoteRow).order_by(NoteRow.id).limit(search.limit)
    if search.q:
        contains = NoteRow.title.icontains(search.q, autoescape=True)
        query = query.where(contains | NoteRow.text.icontains(search.q, autoescape=True))
    if search.tag:
        query = query.where(NoteRow.tag == search.tag)
    return query


async def record(engine: AsyncEngine, action: str, note_id: int) -> None:
    """Write a line into the journal."""
    async with AsyncSession(engine) as session:
        session.add(ChangeRow(action=action, note_id=note_id))
        await session.commit()
