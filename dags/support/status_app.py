"""Routes of the status page in the api-server, guarded like the rest of it: its files, and the records it links to."""

from __future__ import annotations

import re
from typing import Annotated

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import requires_access_view
from fastapi import Depends, FastAPI, HTTPException, Query, Response

from dags.support.work import open_archive

_TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_NAME = re.compile(r"(?:[a-z0-9_-]+/)*[a-z0-9_-]+\.(html|css|js)")
_RECORD = re.compile(r"raw/(?:[\w-][\w.-]*/)+[\w-][\w.-]*", re.ASCII)
_MAX_RECORD = 64 << 20  # bytes of a record that are read into memory for a download
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}
_PLACE = b'"use strict";\nArchive.recordUrl = "../record";\n'
_NOT_YET = "The status page is not built yet: run the DAG `audit`, or `archive status build`."

# A plugin's routes are public unless they say otherwise.
app = FastAPI(
    title="National Report Archive", dependencies=[Depends(requires_access_view(AccessView.PLUGINS))],
    docs_url=None, redoc_url=None, openapi_url=None,
)  # fmt: skip


@app.get("/status/{name:path}")
def page(name: str) -> Response:
    """Serve one file of the page from the bucket; 404 for names that it does not have."""
    from transforms.status.build import status_store
    from transforms.store import NotFound

    name = name or "index.html"
    found = _NAME.fullmatch(name)
    if found is None:
        raise HTTPException(404, "No such file")
    headers = {**_SAFE, "Content-Type": _TYPES[found[1]], "Content-Security-Policy": "frame-ancestors 'self'"}
    if name == "place.js":
        return Response(_PLACE, headers=headers)
    try:
        return Response(status_store(open_archive()).get(name), headers=headers)
    except NotFound as error:
        raise HTTPException(404, _NOT_YET if name == "index.html" else "No such file") from error


@app.get("/record")
def record(
    key: Annotated[str, Query(max_length=500)],
    offset: Annotated[int, Query(ge=0)],
    length: Annotated[int, Query(gt=0, le=_MAX_RECORD)],
) -> Response:
    """Serve the payload of one archived record as a download of plain text: a browser never sees it as a page.

    404 when no page is archived there.
    """
    from transforms.store import NotFound
    from transforms.warc import UnreadableWarc, read_captures

    if not _RECORD.fullmatch(key):
        raise HTTPException(404, "No such record")
    try:
        capture = next(read_captures(open_archive().get_range(key, offset, length), key), None)
    except (NotFound, UnreadableWarc) as error:
        raise HTTPException(404, "No such record") from error
    if capture is None:
        raise HTTPException(404, "No such record")
    headers = {
        **_SAFE,
        "Content-Type": "text/plain",
        "Content-Disposition": f'attachment; filename="{capture.payload_sha256[:16]}.txt"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(capture.body, headers=headers)
