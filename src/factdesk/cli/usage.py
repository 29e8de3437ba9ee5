"""Says in one sentence what is wrong with a command line, what to give, and whose help to read."""

from __future__ import annotations

from cyclopts import App, Argument, CycloptsError, MissingArgumentError, UnusedCliTokensError


def usage_line(error: CycloptsError, app: App) -> str:
    """Return the sentence for a command line that ``app`` cannot read."""
    chain = tuple(error.command_chain or ())
    command = " ".join((app.name[0], *chain))
    return f"{_what_is_wrong(error, command, app, chain)}; see {command} --help"


def _what_is_wrong(error: CycloptsError, command: str, app: App, chain: tuple[str, ...]) -> str:
    if isinstance(error, MissingArgumentError) and error.argument is not None:
        return _missing(error.argument, command, app, chain)
    if isinstance(error, UnusedCliTokensError):
        unused = " ".join(repr(token) for token in error.unused_tokens or ())
        return f"{command} has no use for {unused}: leave it out, or put what has blanks in it into quotes"
    return " ".join(str(error).split(" Available commands")[0].split()).rstrip(".")


def _missing(argument: Argument, command: str, app: App, chain: tuple[str, ...]) -> str:
    if argument.index is None:
        return f"{argument.name} is given without its value"
    words = f"{command} lacks its {argument.name.lstrip('-').upper()}"
    means = _meaning(argument.name, app, chain)
    return f"{words} ({means[0].lower()}{means[1:]})" if means else words


def _meaning(name: str, app: App, chain: tuple[str, ...]) -> str:
    """Return the first sentence that the help says of an argument; only the help reads the docstrings."""
    for part in chain:
        app = app[part]
    known = {one.name: one for one in app.assemble_argument_collection(parse_docstring=True)}
    told = known[name].parameter.help if name in known else None
    return " ".join((told or "").split()).split(". ")[0].rstrip(".")
