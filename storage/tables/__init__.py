"""Every table, a module for each thing that they are about: a class says what a table has, and what statements are made of stands below the classes.

Importing one of them imports all, so that migrations, merging and erasure see every table: a new module needs no line here.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
