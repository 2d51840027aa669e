"""Runs the drive() of corpus programs, one after the other in this process; the test reads what the
race detector says of each. Arguments: the programs."""

import importlib.util
import pathlib
import sys
import threading

# An exception that a race raises ends its thread only, as in the corpus's own rules.
threading.excepthook = lambda arguments: None

for number, name in enumerate(sys.argv[1:]):
    path = pathlib.Path(name)
    specification = importlib.util.spec_from_file_location(f"program_{number}", path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    module.drive()
