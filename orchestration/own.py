"""Python of a company's own folder (`CX_OWN`), which stands among ours of the same kind."""

from importlib import import_module
from pkgutil import iter_modules

from orchestration.settings import Settings


def module_names(package: str, folder: str) -> list[str]:
    """Names of the modules in a package of ours and in the own folder's, sorted, none imported.

    All are imported from the package; of two of one name the company's is. Those whose name begins
    with an underscore are left out, since they only help others.
    """
    places = import_module(package).__path__
    if own := Settings().own:
        places[:] = [str(own / folder), places[-1]]
    names = {module.name for module in iter_modules(places)}
    return sorted(name for name in names if not name.startswith("_"))
