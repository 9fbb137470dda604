"""Bytes of a page or an attachment → Document: decoded, parsed, its main content and grids."""
