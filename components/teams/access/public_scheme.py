"""By what people's requests came: what the address that they use says, where a proxy ends their TLS.

Airflow sees plain HTTP behind it, and by that alone decides whether a browser may send a person's token without TLS. What
proxies write in headers is not asked: a client can write them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow.configuration import conf

from request_lanes import of_tasks

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class PublicScheme:
    """Tasks are left out: they do not come by the address of people."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._https = urlsplit(conf.get("api", "base_url", fallback="")).scheme == "https"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._https and scope["type"] == "http" and not of_tasks(scope["path"]):
            scope = {**scope, "scheme": "https"}
        await self._app(scope, receive, send)
