"""`python build.py COMMAND`: the same program as the installed `banxin`."""

from banxin.cli import program

if __name__ == "__main__":
    program()
