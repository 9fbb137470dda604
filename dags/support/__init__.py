"""What the DAG files share, and the supervisor that runs them on one machine. Not parsed as DAG files."""
