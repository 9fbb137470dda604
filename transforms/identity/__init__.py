"""Who reported, where, for which year, and whether it is a report at all."""
