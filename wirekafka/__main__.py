"""python -m wirekafka: the command `wirekafka`."""

import sys

from wirekafka.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
