"""`python -m fwcompare`: the command line without the window."""

import sys

from fwcompare.command import drop_current_folder

drop_current_folder()

if __name__ == "__main__":
    from fwcompare.cli import main

    sys.exit(main(sys.argv[1:]))
