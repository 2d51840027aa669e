#pragma once
// A quick look at a C or C++ file without preprocessing: what it includes, and what it defines
// before it includes Python.h.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gilcheck::project {

struct IncludeLine {
  std::string name;
  bool quoted = false;  ///< "name" rather than <name>
};

/// How a file begins, as far as it matters for a precompiled Python.h.
struct PythonPreamble {
  bool simple = false;        ///< Python.h comes after nothing but definitions and standard headers
  bool size_t_clean = false;  ///< PY_SSIZE_T_CLEAN is defined before
  std::vector<std::string> names;  ///< other macros that are defined or tested before
};

struct SourceScan {
  std::vector<IncludeLine> includes;
  PythonPreamble preamble;
};

/// Pure. Comments, string literals, raw strings and continued lines are understood; conditions are
/// not: what any branch includes counts.
SourceScan scan_source(std::string_view text);

/// Whether the name is a header of the C or C++ standard library, which may come before Python.h.
bool is_standard_header(std::string_view name);

}  // namespace gilcheck::project
