"""Document → cleaned text → sections."""
