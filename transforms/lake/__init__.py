"""pages → lake: deduplicate, publish, query, verify."""
