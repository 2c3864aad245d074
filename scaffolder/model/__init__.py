"""The nouns of the program: frozen dataclasses, no behaviour beyond small derived properties, no I/O."""
