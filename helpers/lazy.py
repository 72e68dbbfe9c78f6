"""Let the names of a package load when they are first used, so that importing it is cheap and needs nothing."""

import importlib


def attach(package, modules):
    """Return `__getattr__`, `__dir__` and `__all__` for a package.

    Parameters
    ----------
    package : str
        Its ``__name__``.
    modules : dict of str to list of str
        By the name of a module in the package, the names that it gives; an empty list gives the module itself.
    """
    where = {name: module for module, names in modules.items() for name in names or [module]}

    def __getattr__(name):
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(f"{package}.{where[name]}")
        return module if name == where[name] else getattr(module, name)

    return __getattr__, lambda: sorted(where), sorted(where)
