"""Many books x editions x formats, each a task of its own, on this machine or on a Dask cluster.

`books.py` says which books there are and what their folders are called; `task.py` what is to be done, and by what it is
known that it was done; `work.py` does one task, in a process of its own; `pools.py` starts such processes, here or on a
cluster; `run.py` hands out and gathers; `page.py` says what came of it. Which task comes when is left to the pool.
"""
