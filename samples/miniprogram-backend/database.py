"""The database: three tables, and an engine whose pool lives as long as the function's instance."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, BigInteger, ForeignKey, Index, LargeBinary, Select, String, select
from sqlalchemy.dialects.mysql import VARCHAR
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, deferred, mapped_column

from images import LIMIT

# MySQL takes "oAb" and "oaB" for the same text unless told otherwise, and these are two users.
EXACT = String(64).with_variant(VARCHAR(64, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")

# Older servers make tables in which there is no room for Chinese, or none for emoji.
UTF8 = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


class Table(AsyncAttrs, DeclarativeBase):
    __table_args__: Any = UTF8


class ItemRow(Table):
    """A line of somebody's shopping list. ``owner`` is the openid of the user whose it is."""

    __tablename__ = "items"
    __table_args__ = (Index("items_of_owner", "owner", "id"), UTF8)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(EXACT)
    name: Mapped[str] = mapped_column(String(80))
    quantity: Mapped[int]
    bought: Mapped[bool]


class ImageRow(Table):
    """What an item looks like. The bytes are only read where they are asked for."""

    __tablename__ = "images"

    item_id: Mapped[int] = mapped_column(ForeignKey(ItemRow.id), primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary(LIMIT)))


class SessionRow(Table):
    """A login that has not ended. ``expires`` is in seconds since 1970."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(EXACT, primary_key=True)
    owner: Mapped[str] = mapped_column(EXACT, index=True)
    expires: Mapped[int] = mapped_column(BigInteger)


@asynccontextmanager
async def opened_engine(url: URL) -> AsyncGenerator[AsyncEngine]:
    """The tables are made where they are missing; once there are users, that is the business of a migration tool."""
    pool: dict[str, Any] = {}
    if url.get_backend_name() != "sqlite":
        # An instance answers few requests at a time, and there may be many instances. While an instance is frozen the
        # server closes its connections, so each is tried before it is used.
        pool = {"pool_size": 2, "max_overflow": 3, "pool_pre_ping": True, "pool_recycle": 600}
    # Parameters are what users have typed, and sessions: they are not for the log.
    engine = create_async_engine(url, hide_parameters=True, **pool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(Table.metadata.create_all)
        yield engine
    finally:
        await engine.dispose()


def items_of(owner: str) -> Select[ItemRow]:
    return select(ItemRow).where(ItemRow.owner == owner).order_by(ItemRow.id)
