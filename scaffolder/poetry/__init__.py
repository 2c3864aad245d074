"""What Poetry means by what its files say: text and dicts in, model out; no I/O."""
