"""Journal and snapshot: what is kept in files."""
