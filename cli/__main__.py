"""``python -m cli``: the command ``atlas`` where it is not on the path."""

from cli.main import main

main()
