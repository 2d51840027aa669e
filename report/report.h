#pragma once
// The answer of a run as text for people and machines: one renderer per output format, all over the
// same CheckResult. Renderers read the result and the options and write to a stream; they touch no
// file, no clock, no environment and no locale, so equal input gives equal bytes. Rendering may run
// concurrently on different streams if `source_of` allows it.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/finding.h"
#include "base/source_text.h"

namespace gilcheck::report {

enum class Format : std::uint8_t {
  full,     ///< code frames and the whole argument, for people
  concise,  ///< one line per finding
  json,     ///< docs/schema/findings.schema.json
  sarif,    ///< SARIF 2.1.0, within what GitHub code scanning accepts
  github,   ///< workflow commands that become annotations
};

/// Names as on the command line, in the order of the enumerators.
std::span<const std::string_view> format_names();
std::optional<Format> format_from(std::string_view name);
std::string_view to_string(Format format);

/// Text of a file named in the result, or null when it is not to be had; then findings are shown
/// without code. The pointee must outlive the rendering. Asked once or more per file.
using SourceOf = std::function<const SourceText*(std::string_view path)>;

struct RenderOptions {
  bool color = false;
  /// Cells per line for wrapping and for cutting long source lines; 0: neither.
  std::size_t width = 100;
  std::string tool_version;
  /// What the findings assume: "3.14"; empty: not said.
  std::string python_version;
  SourceOf source_of;
  /// The least confidence that was asked for. Findings in the result are shown whatever theirs is:
  /// selecting is the session's work. `hidden` says how many it left out for this reason.
  Confidence shown = Confidence::medium;
  std::uint64_t hidden = 0;
  /// No lock and no thread root was seen: explains a zero, and names `--assume threaded`.
  bool no_concurrency_in_sight = false;
  /// Where the rules' pages are published, for SARIF's helpUri: the URI of the directory, with its
  /// slash, to which "GIL101-unlocked-read-modify-write.md" is appended; empty: no helpUri.
  std::string rule_page_prefix;
};

/// Writes the result in the format. Suppressed findings are left out of `full`, `concise` and
/// `github`, and kept, marked, in `json` and `sarif`. Text ends with a line break.
void render(std::ostream& out, Format format, const CheckResult& result,
            const RenderOptions& options);
std::string render(Format format, const CheckResult& result, const RenderOptions& options);

/// The `--statistics` table: findings per rule, and the denominators of the run.
std::string statistics(const CheckResult& result, const RenderOptions& options);

/// The last lines of the text formats: counts, or what was covered when there is nothing to report.
std::string summary(const CheckResult& result, const RenderOptions& options);

}  // namespace gilcheck::report
