"""`python -m console` is the same as `parley`."""

import sys

from console.cli import main

if __name__ == "__main__":
    sys.exit(main())
