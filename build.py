"""Prints a book: `python build.py --help`."""

from banxin.cli import main

raise SystemExit(main())
