"""The status page: static files made from the lake, for a browser with or without a server."""
