"""What `fwcompare/worker/__main__.py` does in a Python below 3.9."""

import sys

sys.exit(64)
