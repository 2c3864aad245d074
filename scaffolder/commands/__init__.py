"""One module per command, one function each: it takes parsed arguments and returns a result; `cli.py` prints it."""
