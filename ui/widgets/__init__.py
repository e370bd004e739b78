"""Parts of the window that know nothing of frameworks and runs."""
