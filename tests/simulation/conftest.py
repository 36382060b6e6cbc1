"""Makes the simulations importable, and the failing disks of the storage tests, which they use:
both are part of no installed distribution."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "storage")]
