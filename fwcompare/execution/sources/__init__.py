"""Where resource samples come from: one module for each source of counters."""
