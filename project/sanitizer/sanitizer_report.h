#pragma once
// What ThreadSanitizer writes about races in native code
// (compiler-rt/lib/tsan/rtl/tsan_report.cpp), read, attributed and made one for each pair of
// places. Plain values; pure functions.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "project/interpreters/interpreter_facts.h"

namespace gilcheck::project {

struct NativeFrame {
  std::string function;
  std::string path;  ///< of the source; "" if not known
  int line = 0;
  int column = 0;
  std::string module;  ///< the executable or library, absolute
};

struct PythonFrame {
  std::string path;
  std::string function;
  int line = 0;
};

/// A paragraph of a report, its addresses left out.
struct ReportSection {
  std::string heading;  ///< "Write of size 8 by thread T2", "Thread T2 created by main thread at"
  std::vector<NativeFrame> stack;  ///< innermost first; may be empty
};

/// Whose code it is that races.
enum class CodeOwner : std::uint8_t { extension, interpreter, system_library };
std::string_view to_string(CodeOwner owner);

struct SanitizerReport {
  std::string kind;  ///< "data race", "lock-order-inversion (potential deadlock)"
  std::vector<ReportSection> sections;
  /// Of the thread that made the report, innermost first: of the first section. Empty if not known.
  std::vector<PythonFrame> python;
  CodeOwner owner = CodeOwner::extension;
  std::size_t count = 1;  ///< how many were alike

  /// The places that race: the innermost frames of the first two sections that are no plumbing; one
  /// if there is no second.
  std::vector<NativeFrame> places;
};

/// How the sanitizer has to write its frames for parse_sanitizer_log().
inline constexpr const char* kStackFormat = "    #%n\t%f\t%s\t%l\t%c\t%m";

/// The reports of one process, in order. What is no report is passed over; one that is cut off is
/// left out.
std::vector<SanitizerReport> parse_sanitizer_log(std::string_view log);

/// Sets `places` and `owner`: an extension's if one of the places is in an extension; else the
/// interpreter's if one is; else a system library's.
void attribute(SanitizerReport& report, const InterpreterFacts& interpreter);

/// One for each kind and unordered pair of places, counted; those of extensions first, then by
/// place.
std::vector<SanitizerReport> merge_sanitizer_reports(const std::vector<SanitizerReport>& reports);

}  // namespace gilcheck::project
