#pragma once
// What a Python interpreter is, as it says itself.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gilcheck::project {

struct InterpreterFacts {
  std::string executable;        ///< absolute; what a command name or a shim really starts
  std::string implementation;    ///< "cpython"
  std::string version;           ///< "3.13.15", with a suffix such as "rc1" before a release
  std::uint32_t hexversion = 0;  ///< sys.hexversion: major, minor, micro in a byte each, then level
  bool free_threaded = false;    ///< a build with Py_GIL_DISABLED
  bool gil_enabled = true;       ///< as it started: the environment may have switched it on
  bool gil_switchable = false;   ///< -X gil=0 and -X gil=1 work
  bool debug = false;            ///< a build with Py_DEBUG: another ABI
  bool thread_sanitizer = false;  ///< built with --with-thread-sanitizer
  std::string prefix;
  std::string base_prefix;  ///< differs from `prefix` in a virtual environment
  std::string include;      ///< where Python.h lies if `headers`
  std::string platinclude;  ///< where pyconfig.h lies; mostly the same
  bool headers = false;
  bool internal_headers = false;  ///< Include/internal, which layout-dependent code needs
  std::string soabi;              ///< "cpython-313t-x86_64-linux-gnu"
  std::string extension_suffix;   ///< ".cpython-313t-x86_64-linux-gnu.so"
  std::string cache_tag;          ///< "cpython-313"
  /// Version of the pytest that the interpreter's own environment holds; "" for none. What only
  /// PYTHONPATH or the user's site-packages bring is not seen.
  std::string pytest;

  std::uint32_t major() const { return hexversion >> 24U; }
  std::uint32_t minor() const { return (hexversion >> 16U) & 0xFFU; }
};

/// The oldest version the runtime works with.
inline constexpr std::uint32_t kOldestRuntimeMinor = 13;

/// "CPython 3.13.15, free-threaded, ThreadSanitizer".
std::string described(const InterpreterFacts& facts);

/// "" if the runtime works with it (CPython 3.13 or newer), else why not: "older than 3.13".
std::string why_unfit(const InterpreterFacts& facts);

/// Reads what interpreter_facts.py prints; nothing if that is not it.
std::optional<InterpreterFacts> parse_interpreter_facts(std::string_view json);

/// Starts `interpreter` (a path or a command name) once, isolated from environment variables and
/// the user's packages (-I). Nothing if it cannot be started, is no Python 3 or takes longer than
/// ten seconds. May be called concurrently.
std::optional<InterpreterFacts> ask_interpreter(const std::string& interpreter);

}  // namespace gilcheck::project
