"""The store that a command works on."""

from __future__ import annotations

import os


def store_uri() -> str:
    """Return the store that ARCHIVE_STORE names, else the local one, started for the time of this command."""
    named = os.environ.get("ARCHIVE_STORE")
    if named:
        return named
    import atexit

    from dags.support.env import Places
    from scrapers.weed import S3Server, use

    folder = Places().s3
    settings = S3Server.running(folder)
    if settings is None:
        server = S3Server(folder)
        server.start()
        atexit.register(server.stop)
        settings = server.env()
    use(settings)
    os.environ["ARCHIVE_STORE"] = "s3://archive"
    return "s3://archive"
