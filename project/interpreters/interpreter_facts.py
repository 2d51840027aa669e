# Run by gilcheck with `-I -c` in the interpreter it asks about; prints one JSON object. Kept to what
# any Python 3 understands, so that an unsuitable one can say what it is.
import json
import os
import sys
import sysconfig

variable = sysconfig.get_config_var


def pytest_version():
    try:
        import importlib.metadata

        return importlib.metadata.version("pytest")
    except Exception:
        return ""


def is_file(*parts):
    return os.path.isfile(os.path.join(*parts))


include = sysconfig.get_path("include") or ""
platinclude = sysconfig.get_path("platinclude") or ""
free_threaded = bool(variable("Py_GIL_DISABLED"))
print(
    json.dumps(
        {
            "executable": os.path.abspath(sys.executable),
            "implementation": sys.implementation.name,
            "hexversion": sys.hexversion,
            "version": sys.version.split()[0],
            "free_threaded": free_threaded,
            "gil_enabled": getattr(sys, "_is_gil_enabled", lambda: True)(),
            "gil_switchable": free_threaded,  # -X gil and PYTHON_GIL of 3.13 and later
            "debug": bool(variable("Py_DEBUG")),
            "thread_sanitizer": "--with-thread-sanitizer" in (variable("CONFIG_ARGS") or ""),
            "prefix": sys.prefix,
            "base_prefix": sys.base_prefix,
            "include": include,
            "platinclude": platinclude,
            "headers": is_file(include, "Python.h"),
            "internal_headers": is_file(include, "internal", "pycore_frame.h"),
            "soabi": variable("SOABI") or "",
            "extension_suffix": variable("EXT_SUFFIX") or "",
            "cache_tag": sys.implementation.cache_tag or "",
            "pytest": pytest_version(),
        }
    )
)
