"""House rules about single files: size, docstrings, and what a test may not do.

Line length, printing outside the command line and import order are ruff's; the rules between rooms
are import contracts in pyproject.toml. This file has only what no tool checks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

MOST_FILE_LINES = 499
MOST_FUNCTION_LINES = 69

# Path prefixes of files that are data rather than code, with the reason.
DATA = {
    "protocol/wirekafka_protocol/messages/": "generated from the schemas",
    "wirekafka/config/properties": "one table of Kafka's properties",
}


def test_files_are_under_500_lines(sources):
    lengths = {source.path: source.text.count("\n") for source in sources if not is_data(source)}
    assert {path: n for path, n in lengths.items() if n > MOST_FILE_LINES} == {}


def test_functions_are_under_70_lines(sources):
    too_long = {
        f"{source.path}:{function.lineno} {function.name}": length
        for source in sources
        if not is_data(source)
        for function in functions(source.tree)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > MOST_FUNCTION_LINES
    }
    assert too_long == {}


def test_every_module_says_what_it_is(sources):
    """An empty __init__.py has nothing to say."""
    silent = [source.path for source in sources if source.tree.body and not docstring(source.tree)]
    assert silent == []


def test_no_test_sleeps(sources):
    """A test that waits for time is slow on a fast machine and wrong on a slow one.

    Harnesses that drive other processes, such as the fuzzer's, are not tests."""
    sleeping = [
        f"{source.path}:{call.lineno}"
        for source in sources
        if source.path.startswith("tests/") and is_test_file(source)
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call) and is_sleep(call)
    ]
    assert sleeping == []


def test_test_folders_are_not_packages(sources):
    """pytest imports test files by path; packages there would put `tests` on the import path."""
    packages = [
        source.path
        for source in sources
        if source.path.startswith("tests/") and source.path.endswith("__init__.py")
    ]
    assert packages == []


def test_test_files_mirror_a_module(sources):
    """tests/<package>/test_<module>.py: the file that a reader of the module looks for."""
    unnamed = [
        source.path
        for source in sources
        if source.path.startswith("tests/")
        and any(function.name.startswith("test_") for function in functions(source.tree))
        and not source.path.rpartition("/")[2].startswith("test_")
    ]
    assert unnamed == []


def is_test_file(source) -> bool:
    name = source.path.rpartition("/")[2]
    return name.startswith("test_") or name == "conftest.py"


def is_data(source) -> bool:
    return any(source.path.startswith(prefix) for prefix in DATA)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def docstring(tree: ast.Module) -> str:
    return ast.get_docstring(tree) or ""


def is_sleep(call: ast.Call) -> bool:
    """time.sleep(…), and asyncio.sleep(…) of more than the zero that only yields."""
    name = ast.unparse(call.func)
    if name not in ("time.sleep", "asyncio.sleep", "sleep"):
        return False
    return not (len(call.args) == 1 and ast.unparse(call.args[0]) == "0")
