"""The real worker, which tells what it can import and where it stands."""

import os
import sys
import tempfile
from pathlib import Path

from numpy_worker import serve

if __name__ == "__main__":
    here = str(Path(__file__).parent)
    sys.path = [entry for entry in sys.path if entry != here]  # a real worker has no such entry

    def look() -> dict[str, object]:
        return {
            "path": os.pathsep.join(sys.path),
            "modules": " ".join(sorted(sys.modules)),
            "folder": str(Path.cwd()),
            "temporary": tempfile.gettempdir(),
            "variables": " ".join(sorted(os.environ)),
            "oom_score_adj": int(Path("/proc/self/oom_score_adj").read_text()),
        }

    serve(extra_settings=look)
