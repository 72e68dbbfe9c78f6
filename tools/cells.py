"""Read the code of a cell, without running any of it: for tools/submissions.py."""

import ast
import functools
import re
import symtable

from IPython.core.inputtransformer2 import TransformerManager

#: What a notebook has from the course, and must not give another meaning.
CHECKS = {"check_answer", "guess", "outcome"}
#: What of a cell tells that it trains: that takes too long to be done again for each student.
TRAINS = re.compile(r"\bfit\(|train_on_batch|apply_gradients|try_change\(")


def plain(source):
    """Return a cell as Python alone: what only IPython knows, such as %timeit, is left out."""
    if parsed(source):
        return source
    source = re.sub(r"\A\s*%%(time|capture)\b.*", "", source)  # what comes below it is code all the same
    try:
        changed = TransformerManager().transform_cell(source)
    except Exception:  # the cell may be anything
        return source
    return re.sub(r"^([ \t]*).*get_ipython\(\)\..*$", r"\1pass", changed, flags=re.M)


@functools.lru_cache(maxsize=1_000)
def parsed(source):
    """Return the syntax tree of a cell; None if it is not Python, or nested too deeply."""
    try:
        tree = ast.parse(source)
        symtable.symtable(source, "cell", "exec")  # finds more mistakes, such as two arguments of one name
        ast.unparse(tree)
        return tree
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def calls(source, name):
    """Return the arguments of each call of a function in a cell, those that are given by place, in order."""
    nodes = ast.walk(parsed(source) or ast.Module([], []))
    found = [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", None) == name]
    return [call.args for call in sorted(found, key=lambda call: call.lineno)]


def literal_value(node):
    """Return the value of an expression without running it; NotImplemented if it has to be run."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return NotImplemented


def literal(tree, expression):
    """Return the value that a cell gives to an expression, if that can be told without running it."""
    given = [node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets) == expression]
    stores = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    if len(given) != sum(node.id == expression for node in stores):
        return NotImplemented  # it is changed, in a loop perhaps
    return literal_value(given[-1].value if given else ast.parse(expression, mode="eval").body)


def redefined(source):
    """Return which of the course's checks a cell gives another meaning."""
    found = set()
    for node in ast.walk(parsed(source) or ast.Module([], [])):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.id if isinstance(node, ast.Name) else node.attr)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] != "helpers":
            found |= {alias.asname or alias.name for alias in node.names}
    return found & CHECKS


def needed_for(source, before):
    """Return the statements of earlier cells that a cell needs; None if they train a network."""
    statements = [part for cell in before if (tree := parsed(cell)) for part in tree.body]
    imports = [part for part in statements if isinstance(part, ast.Import | ast.ImportFrom)]
    modules = {alias.asname or alias.name for part in imports for alias in part.names}
    wanted, kept = taken(source) - CHECKS, []
    for part in reversed(statements):
        text = ast.unparse(part)
        if changed(part, modules) & wanted:
            if TRAINS.search(text):
                return None
            wanted |= used(text) - CHECKS
            kept.append(text)
    return kept[::-1]


def taken(source):
    """Return the names that a cell takes from earlier ones: those that it uses before it gives them a value itself."""
    found, given = set(), set()
    for part in parsed(source).body:
        found |= used(ast.unparse(part)) - given
        if isinstance(part, ast.Assign):
            given |= {target.id for target in part.targets if isinstance(target, ast.Name)}
    return found


def used(source):
    """Return the names that a piece of code takes from outside its functions."""
    tables, found = [symtable.symtable(source, "cell", "exec")], set()
    for table in tables:
        tables += table.get_children()
        symbols = [symbol for symbol in table.get_symbols() if symbol.is_referenced()]
        found |= {symbol.get_name() for symbol in symbols if table.get_type() == "module" or symbol.is_global()}
    return found


def changed(statement, modules):
    """Return the names that a statement gives a value, or of whose objects a method or a part may change."""
    made, touched = set(), set()
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made.add(node.id)
        elif isinstance(node, ast.Attribute) or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)):
            touched.add(getattr(node.value, "id", None))
    return made | touched - modules
