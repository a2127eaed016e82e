"""What goes over the wire: the documents of the API."""

from hashlib import sha256
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Draft(BaseModel):
    """A note as its author sends it."""

    title: str = Field(min_length=1, max_length=80)
    text: str = ""
    tag: str = ""


class Note(Draft):
    """A note as the API answers it."""

    model_config = ConfigDict(from_attributes=True)

    id: int

    @property
    def etag(self) -> str:
        return f'"{sha256(self.model_dump_json().encode()).hexdigest()[:16]}"'


class Search(BaseModel):
    """The query of the list: a piece of the title or the text, a tag, and how many notes at most."""

    q: str = ""
    tag: str = ""
    limit: int = Field(default=20, ge=1, le=100)


class Attachment(BaseModel):
    """What the API says of an uploaded file."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    type: str
    size: int


class Change(BaseModel):
    """A line of the journal."""

    model_config = ConfigDict(from_attributes=True)

    action: Literal["created", "updated", "deleted"]
    note_id: int


class Visitor(BaseModel):
    """Who is logged in."""

    name: str = Field(min_length=1, max_length=40)


class Preferences(BaseModel):
    """What the two cookies of ``/preferences`` hold."""

    theme: Literal["light", "dark"] = "light"
    language: Literal["en", "zh"] = "en"
