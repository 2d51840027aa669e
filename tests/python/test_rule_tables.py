"""The knowledge tables speak of things that exist: methods, callables and exceptions are looked up
in the running interpreter, and no public method of a builtin container is forgotten."""

import array
import builtins
import collections
import contextvars
import csv
import functools
import importlib
import io
import itertools
import pathlib
import queue
import sys
import threading
import types
import weakref

import pytest

TABLES = pathlib.Path(__file__).resolve().parents[2] / "rules" / "tables"

# What a row's type is in Python; types without an entry are made of several classes.
TYPES = {
    "list": list,
    "dict": dict,
    "dict-view": type({}.keys()),
    "defaultdict": collections.defaultdict,
    "counter": collections.Counter,
    "ordereddict": collections.OrderedDict,
    "chainmap": collections.ChainMap,
    "set": set,
    "deque": collections.deque,
    "bytearray": bytearray,
    "array": array.array,
    "weak-dict": weakref.WeakValueDictionary,
    "weak-set": weakref.WeakSet,
    "memoryview": memoryview,
    "iterator": type(iter([])),
    "generator": types.GeneratorType,
    "count": itertools.count,
    "text-io": io.TextIOWrapper,
    "lock": type(threading.Lock()),
    "rlock": type(threading.RLock()),
    "condition": threading.Condition(),  # takes acquire and release from its lock
    "semaphore": threading.Semaphore,
    "event": threading.Event,
    "barrier": threading.Barrier,
    "queue": queue.Queue,
    "thread": threading.Thread,
    "context-var": contextvars.ContextVar,
}

# Constructors and attributes of the class, not operations on an object.
NOT_OPERATIONS = {"fromkeys", "maxlen"}

STANDARD_LIBRARY = set(sys.stdlib_module_names) if sys.version_info >= (3, 10) else set()

LATER_THAN_THE_OLDEST = {
    "itertools.batched",  # 3.12
    "_thread.lock",  # 3.13
    "concurrent.futures.InterpreterPoolExecutor",  # 3.14
}

# Named by where a subclass overrides them, not by where they are defined.
NAMED_BY_USE = {
    "asyncio.loop.run_in_executor",
    "object.__del__",
    "socketserver.ThreadingMixIn.finish_request",
}


def rows(name):
    text = (TABLES / f"{name}.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def is_later(version):
    """Whether a row's version, "3.13+", lies after the running interpreter."""
    major, minor = version.rstrip("+").split(".")[:2]
    return (int(major), int(minor)) > sys.version_info[:2]


def resolve(dotted):
    """The object of that name; its module may be any prefix."""
    parts = dotted.split(".")
    if hasattr(builtins, parts[0]):
        return functools.reduce(getattr, parts[1:], getattr(builtins, parts[0]))
    for count in range(len(parts), 0, -1):
        try:
            module = importlib.import_module(".".join(parts[:count]))
        except ImportError:
            continue
        return functools.reduce(getattr, parts[count:], module)
    raise ImportError(dotted)


def is_ours_to_check(dotted):
    top = dotted.split(".")[0]
    return hasattr(builtins, top) or top in STANDARD_LIBRARY


def test_every_method_in_the_table_exists():
    missing = []
    for row in rows("containers"):
        method = row["operation"].split("/")[0]
        kind = TYPES.get(row["type"])
        if kind is None or is_later(row["version"]):
            continue
        if method.startswith("call:"):
            resolve(method[len("call:") :])
        elif method.isidentifier() and method not in {"in", "len", "bool", "iter", "next", "any"}:
            if not hasattr(kind, method):
                missing.append((row["type"], method))
    assert not missing


@pytest.mark.parametrize("name", ["list", "dict", "set", "deque"])
def test_no_public_method_is_forgotten(name):
    known = {row["operation"].split("/")[0] for row in rows("containers") if row["type"] == name}
    public = {method for method in dir(TYPES[name]) if not method.startswith("_")}
    assert public - known - NOT_OPERATIONS == set()


def test_every_exception_exists():
    for row in rows("containers"):
        if row["raises"] != "-":
            assert issubclass(resolve(row["raises"]), Exception)


@pytest.mark.skipif(not STANDARD_LIBRARY, reason="needs sys.stdlib_module_names (3.10)")
def test_every_standard_callable_exists():
    names = [row["callable"] for row in rows("constructors") + rows("snapshots")]
    missing = []
    for name in names:
        if not is_ours_to_check(name) or name in LATER_THAN_THE_OLDEST:
            continue
        try:
            resolve(name)
        except (ImportError, AttributeError):
            missing.append(name)
    assert not missing


@pytest.mark.skipif(not STANDARD_LIBRARY, reason="needs sys.stdlib_module_names (3.10)")
def test_every_standard_thread_root_exists():
    missing = []
    for row in rows("thread_roots"):
        name = row["name"]
        if name in NAMED_BY_USE or not is_ours_to_check(name) or is_later(row["version"]):
            continue
        if name.endswith("*"):
            name = name.rpartition(".")[0]
        try:
            resolve(name)
        except (ImportError, AttributeError):
            missing.append(name)
    assert not missing


def test_iteration_raises_what_the_table_says():
    for name, make, change in [
        ("dict", lambda: {1: 1}, lambda d: d.update({2: 2})),
        ("set", lambda: {1}, lambda s: s.add(2)),
        ("deque", lambda: collections.deque([1]), lambda d: d.append(2)),
        ("ordereddict", lambda: collections.OrderedDict({1: 1}), lambda d: d.update({2: 2})),
    ]:
        (row,) = [
            row for row in rows("containers") if (row["type"], row["operation"]) == (name, "iter")
        ]
        container = make()
        walk = iter(container)
        change(container)
        with pytest.raises(resolve(row["raises"])):
            next(walk)


def test_missing_items_raise_what_the_table_says():
    for name, make, act in [
        ("list", list, lambda c: c.pop()),
        ("dict", dict, lambda c: c.popitem()),
        ("set", set, lambda c: c.pop()),
        ("deque", collections.deque, lambda c: c.pop()),
        ("deque", collections.deque, lambda c: c.popleft()),
        ("bytearray", bytearray, lambda c: c.pop()),
    ]:
        with pytest.raises((KeyError, IndexError)) as caught:
            act(make())
        operation = act.__code__.co_names[0]
        (row,) = [
            row
            for row in rows("containers")
            if (row["type"], row["operation"]) == (name, operation)
        ]
        assert type(caught.value).__name__ == row["raises"]
