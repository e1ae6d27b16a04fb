"""`python build.py COMMAND`: the same program as the installed `banxin`."""

from banxin.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
