"""One folder for each architecture, the implementations side by side."""
