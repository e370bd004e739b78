"""The first code of the frozen application: the environment becomes again what the user started it with.

PyInstaller's start-up program puts the folder of the application's libraries into the search path of
shared libraries, and keeps the user's value in `…_ORIG`. It has done its work when this is run; left
there, it would poison every program that the application starts: Pythons to measure in, the browser.
`…_ORIG` stays, for `fwcompare.interpreters.environment` reads it.
"""

import os

for name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[name]
for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
    os.environ.pop(name, None)
    if f"{name}_ORIG" in os.environ:
        os.environ[name] = os.environ[f"{name}_ORIG"]
