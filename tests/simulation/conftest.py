"""Makes the package of the simulations, which is part of no installed distribution, importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
