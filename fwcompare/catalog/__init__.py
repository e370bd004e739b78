"""Criteria and claims, read from the TOML files in `resources/catalog`; says everything that is wrong at once."""
