"""`python build.py COMMAND`: the same program as the installed `banxin`."""

if __name__ == "__main__":  # a worker reads this file, too, and needs nothing of it
    from banxin.cli import program

    program()
