#pragma once
// What a run says: findings, diagnostics about the input, and what was covered. Plain values that
// every output format reads and no phase below `detect` sees. Thread contract: immutable once
// built.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/position.h"

namespace gilcheck {

enum class Severity : std::uint8_t { info, warning, error };

/// How sure the argument is.
///   high:   sharing is seen, the region is surely unprotected and the harm is concrete;
///   medium: one link is inferred (the owner has a lock but never uses it for this location, a
///           receiver's type or a thread root is known only in part);
///   low:    a link is missing (a lock we cannot identify may protect it, nobody known shares it,
///           or a duplicate would be harmless).
enum class Confidence : std::uint8_t { low, medium, high };

/// What the GIL does to the region (DESIGN section 1).
///   gil_masked:            no switch point lies inside; works today, breaks without the GIL.
///   already_racy:          a switch point lies inside; broken today too, only rarer.
///   gil_masked_if_builtin: masked unless an operand of unknown type runs Python code.
enum class WindowClass : std::uint8_t { none, gil_masked, already_racy, gil_masked_if_builtin };

/// The confirmation ladder (DESIGN section 1). The static passes only ever say `unexecuted`.
enum class Status : std::uint8_t { unexecuted, exercised, shared, predicted, witnessed, proven };

enum class AccessKind : std::uint8_t {
  read,     ///< the binding or item is read
  write,    ///< the binding or item is written
  update,   ///< one statement reads and writes it (`x += 1`)
  remove,   ///< the binding or item is deleted
  test,     ///< presence, truth, length or value is tested
  iterate,  ///< the container is iterated
  mutate,   ///< a method changes the container's structure (append, pop, clear, ...)
  advance,  ///< an iterator is advanced
  call,     ///< a method that neither mutates nor tests, on the value just tested
};

/// One access to the finding's location.
struct AccessRecord {
  AccessKind kind = AccessKind::read;
  Site site;
  std::string symbol;              ///< enclosing function, dotted within its module
  std::vector<std::string> locks;  ///< names of the locks held, outermost first
  std::string note;                ///< why it matters here ("removes the key"); may be empty
};

enum class EvidenceKind : std::uint8_t {
  shared,  ///< why the location is reached by several threads
  root,    ///< a thread root that reaches it
  guard,   ///< the lock that protects it elsewhere, or fails to
  gil,     ///< what the GIL does to the region
  harm,    ///< what goes wrong
  fix,     ///< what to do
  note,    ///< anything else
};

struct Evidence {
  EvidenceKind kind = EvidenceKind::note;
  std::string text;
  std::optional<Site> site;
};

/// The place inside a region where the interpreter may hand over the GIL.
struct SwitchPoint {
  std::string kind;  ///< "call", "backward-jump", "python-operator", "property", "yield", ...
  std::string text;  ///< one phrase: "the call make(k) ends between the check and the store"
  Site site;
  bool certain = true;  ///< false: only if an operand is not builtin
};

struct Location {
  std::string kind;  ///< "global", "class-attribute", "instance-attribute", "closure", ...
  std::string name;  ///< "pkg.mod.Class.attr"
};

struct Finding {
  std::string rule;     ///< "GIL101"
  std::string name;     ///< "unlocked-read-modify-write"
  std::string message;  ///< one sentence, no trailing period
  Severity severity = Severity::warning;
  Confidence confidence = Confidence::low;
  WindowClass window = WindowClass::none;
  Status status = Status::unexecuted;
  std::string path;    ///< relative, forward slashes
  Span span;           ///< first access of the region
  std::string symbol;  ///< enclosing function or class, dotted within the module; "" = module
  Location location;
  std::vector<AccessRecord> region;     ///< in order of execution
  std::vector<AccessRecord> conflicts;  ///< accesses in another thread that can fall between
  std::vector<Evidence> evidence;
  std::optional<SwitchPoint> switch_point;
  std::string fingerprint;  ///< 16 hex digits, free of line numbers, unique in one run
  bool suppressed = false;
  std::string suppression_reason;
  bool suppressed_outside = false;  ///< by a file of its own, not by a comment in the source
};

/// Something about the input or the set-up that a person should know; never a race.
struct Diagnostic {
  Severity severity = Severity::warning;
  std::string code;  ///< stable kebab-case word: "syntax-error", "unreadable-file", ...
  std::string message;
  std::string path;  ///< may be empty
  std::optional<Span> span;
};

/// The same for C and C++ translation units.
struct CoverageOfC {
  std::uint64_t units_found = 0;
  std::uint64_t units_analysed = 0;
  std::uint64_t units_missing_headers = 0;  ///< analysed, but incomplete
  std::uint64_t units_with_errors = 0;      ///< analysed, but not understood everywhere
  std::uint64_t units_failed = 0;           ///< took too long, crashed the parser or gave no tree
  std::uint64_t units_from_cache = 0;
  std::uint64_t units_gil_conditional = 0;  ///< analysed, with conditionals on Py_GIL_DISABLED
  std::uint64_t units_both_builds = 0;      ///< of these: also read as the build with the GIL
  std::uint64_t lines = 0;
  std::uint64_t functions = 0;     ///< defined in the project
  std::uint64_t entry_points = 0;  ///< functions Python can call
  std::uint64_t globals = 0;       ///< static and global variables
  std::string python_headers;      ///< version of Python.h, as a phrase; or ""
  std::string left_out;            ///< why units were not even tried, as a phrase; or ""
};

/// The denominators: what the run saw. A zero with a small denominator is no clean bill.
struct Coverage {
  std::uint64_t files_found = 0;
  std::uint64_t files_analysed = 0;
  std::uint64_t files_with_syntax_errors = 0;
  std::uint64_t files_failed = 0;  ///< unreadable, undecodable or over the size limit
  std::uint64_t files_from_cache = 0;
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t classes = 0;
  std::uint64_t functions = 0;
  std::uint64_t calls_seen = 0;
  std::uint64_t calls_resolved = 0;  ///< callee known: a function, class or builtin
  std::uint64_t accesses_seen = 0;
  std::uint64_t accesses_resolved = 0;  ///< location known
  std::uint64_t locks = 0;              ///< distinct lock locations
  std::uint64_t thread_roots = 0;
  std::uint64_t shared_locations = 0;
  std::uint64_t regions = 0;  ///< regions examined on any location
  CoverageOfC c;              ///< all zero when there is no C source
};

/// The whole answer of one run, sorted by path, position and rule.
struct CheckResult {
  std::vector<Finding> findings;
  std::vector<Diagnostic> diagnostics;
  Coverage coverage;
};

std::string_view to_string(Severity);
std::string_view to_string(Confidence);
/// "gil-masked", "already-racy", "gil-masked-if-builtin"; "" for none.
std::string_view to_string(WindowClass);
/// "static" for unexecuted, else the enumerator's name.
std::string_view to_string(Status);
std::string_view to_string(AccessKind);
std::string_view to_string(EvidenceKind);
std::optional<Confidence> confidence_from(std::string_view);

}  // namespace gilcheck
