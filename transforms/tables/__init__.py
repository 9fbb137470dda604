"""Statutory tables and figures in words → figures with states and sums."""
