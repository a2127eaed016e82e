"""The ``func.HttpResponse`` that a function returns. Importing this needs the package azure-functions."""

from __future__ import annotations

from azure.functions import HttpResponse
from werkzeug.datastructures import Headers as Fields

from fcbridge.model import Response

from .cookies import parted
from .headers import BINARY, ascii_text, rendered_fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_COOKIE = "set-cookie"


def answer(response: Response) -> HttpResponse:
    fields = _AnswerFields(rendered_fields(response).items())
    cookies = response.headers.get_all(_COOKIE)
    if cookies:
        fields.remove(_COOKIE)
        kept, others = parted([ascii_text(cookie) for cookie in cookies])
        for cookie in (kept, *others):
            fields.add(_COOKIE, cookie)
    return _Answer(response.body, response.status, fields)


class _Answer(HttpResponse):
    def __init__(self, body: bytes, status: int, fields: Fields) -> None:
        super().__init__(body, status_code=status, mimetype=BINARY)
        self._fields = fields

    @property
    def headers(self) -> Fields:  # pyright: ignore[reportIncompatibleMethodOverride]  # a private class is due
        return self._fields


class _AnswerFields(Fields):
    """Header fields of which the first Set-Cookie is a header like any other.

    The converter asks whether there is a Set-Cookie, makes objects of all that there are, takes them out, and makes a
    mapping of what is left. Here it finds all but the first, and the first is among what is left.
    """

    def __contains__(self, key: str) -> bool:
        if key.lower() == _COOKIE:
            return len(self.getlist(_COOKIE)) > 1
        return super().__contains__(key)

    def get_all(self, name: str) -> list[str]:
        values = self.getlist(name)
        return values[1:] if name.lower() == _COOKIE else values

    def pop(self, key: Any = None, default: Any = None) -> Any:
        if not isinstance(key, str) or key.lower() != _COOKIE:
            return super().pop(key, default)
        kept, *others = self.getlist(_COOKIE)
        self.set(_COOKIE, kept)
        return others[0] if others else default
