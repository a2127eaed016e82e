"""What goes over the wire: the documents of the API."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# The largest number of a column of type integer, in every database.
LARGEST_ID = 2**31 - 1

ItemId = Annotated[int, Path(ge=1, le=LARGEST_ID)]

# Without control characters: PostgreSQL refuses NUL.
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class Credentials(BaseModel):
    """What ``wx.login`` gave to the mini-program."""

    code: str = Field(min_length=1, max_length=128)


class Session(BaseModel):
    """What the mini-program keeps and sends as ``Authorization: Bearer ...``."""

    token: str
    expires_in: int = Field(description="seconds")


class Me(BaseModel):
    """How the caller is known, and how long his list is."""

    known_by: Literal["session", "call-function", "call-container"]
    items: int


class Draft(BaseModel):
    """An item as a user sends it."""

    name: Name
    quantity: int = Field(default=1, ge=1, le=999)
    bought: bool = False


class Item(Draft):
    """An item as the API answers it."""

    model_config = ConfigDict(from_attributes=True)

    id: int


class Search(BaseModel):
    """The query of the list: items after this id, how many at most, and only bought ones or only others."""

    after: int = Field(default=0, ge=0, le=LARGEST_ID)
    limit: int = Field(default=20, ge=1, le=100)
    bought: bool | None = None


class Page(BaseModel):
    """A page of the list. ``next`` is the ``after`` of the page that follows, where one does."""

    items: list[Item]
    next: int | None


class Image(BaseModel):
    """What the API says of an uploaded image."""

    model_config = ConfigDict(from_attributes=True)

    type: str
    size: int
