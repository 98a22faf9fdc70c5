"""``python -m lab.simulators --fleet FILE``."""

import sys

from lab.simulators.process import main

if __name__ == "__main__":
    sys.exit(main())
