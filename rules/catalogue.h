#pragma once
// The rule catalogue: one markdown file per rule in rules/, embedded in the program.
//
// The files are parsed once, on first use; everything returned lives as long as the program and may
// be read from any number of threads. A malformed file is reported by `catalogue_error()`, which
// the program checks at start-up and the tests require to be empty.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.h"

namespace gilcheck::rules {

/// Preview rules run by default too; the word says that their precision is not yet measured.
enum class Stage : std::uint8_t { Preview, Stable };

struct Rule {
  std::string_view code;    // "GIL101"
  std::string_view name;    // "unlocked-read-modify-write"
  std::string_view family;  // "compound-operations"
  std::string_view since;   // version of gilcheck that introduced it
  Severity severity = Severity::warning;
  Stage stage = Stage::Preview;  // "status" in the front matter
  std::vector<std::string_view> tags;

  /// First sentence of "What it finds", without markup: the short description.
  std::string summary;

  // Sections, as markdown, without their heading, trimmed.
  std::string_view what_it_finds;
  std::string_view why_with_gil;
  std::string_view why_without_gil;
  std::string_view example;
  std::string_view use_instead;
  std::string_view when_wrong;
  std::string_view references;

  /// The page without front matter, starting with its title `# unlocked-read-modify-write
  /// (GIL101)`.
  std::string markdown;
};

/// Empty when every rule file is well formed, otherwise one line per defect.
std::string_view catalogue_error();

/// Every rule, ordered by code.
std::span<const Rule> all();

/// The rule with exactly this code or name; null if there is none.
const Rule* find(std::string_view code_or_name);

/// Whether only `gilcheck run` finds it, never the reading of code: GIL901 and up.
bool found_by_running(std::string_view code);

/// Whether `selector` selects `rule`: "ALL", a code or a prefix of one ("GIL1", "GIL101"), a name,
/// or a family. Case matters.
bool matches(const Rule& rule, std::string_view selector);

/// Whether the selector selects at least one rule.
bool is_selector(std::string_view selector);

/// The closest code, name or family to an unknown selector, for "did you mean ...?"; empty when
/// nothing is close.
std::string_view suggest(std::string_view unknown);

/// "preview" or "stable".
std::string_view name_of(Stage stage);

}  // namespace gilcheck::rules
