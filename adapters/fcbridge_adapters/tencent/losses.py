"""What several doors of Tencent Cloud lose."""

from __future__ import annotations

from fcbridge.losses import Loss
from fcbridge.model import Headers, Response


def _one_content_type(response: Response) -> Response:
    kinds = response.headers.get_all("content-type")
    if len(kinds) < 2:
        return response
    others = response.headers.without("content-type").pairs
    return response.replace(headers=Headers.of([*others, ("content-type", kinds[-1])]))


ONE_CONTENT_TYPE = Loss(
    "one-content-type",
    "Content-Type cannot be repeated: the last one is kept",
    on_response=_one_content_type,
    witness=Response(headers=Headers([("content-type", "text/plain"), ("content-type", "text/html")])),
)
