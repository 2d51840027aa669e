#pragma once
// How the parts of a finding are said, so that every format uses the same words.

#include <string>
#include <string_view>

#include "base/finding.h"
#include "report/paint.h"
#include "report/report.h"

namespace gilcheck::report {

/// The location as a reader of the code knows it: "Stats.n", "cache", "Client.pool[...]".
std::string short_name(const Location& location);

/// "reads Stats.n", "tests cache"; the access's note instead, where it has one.
std::string what(const AccessRecord& access, const Location& location);

/// "no lock is held", "under self._lock", "under self._a and self._b".
std::string held(const AccessRecord& access);

/// "stats.py:10:9".
std::string place(const Site& site);
/// "stats.py:10".
std::string place_line(const Site& site);

/// The text, and the place it speaks of unless the text names it already.
std::string with_place(const Evidence& evidence);

/// What the GIL does to the region, from the class and the switch point; empty for class none.
std::string gil_sentence(const Finding& finding);

/// "high, gil-masked", or "high" for class none.
std::string verdict(const Finding& finding);

/// What the finding's status means.
std::string_view status_sentence(Status status);

/// Whether every conflict is a region access itself: two threads in the same code.
bool conflicts_with_itself(const Finding& finding);

/// The source text of a file, or null.
const SourceText* source_of(const RenderOptions& options, std::string_view path);

/// "1 file", "2 files".
std::string count(std::uint64_t number, std::string_view singular, std::string_view plural);

/// "a.py:3:1: warning: message [syntax-error]", without a line break.
std::string diagnostic_line(const Diagnostic& diagnostic, const Painter& paint);

}  // namespace gilcheck::report
