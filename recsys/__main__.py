"""`python -m recsys`: the command `recsys`, where no script of that name is at hand.

In: the arguments of the process. Out: as `recsys.cli.main`.
"""

from recsys.cli import main

if __name__ == "__main__":
    main()
