"""Pages that others have kept: files that lie somewhere (files.py), and web archives (history.py)."""

from scrapers.imports.files import BadImport, Origin, import_files, read_manifest

__all__ = ["BadImport", "Origin", "import_files", "read_manifest"]
