#pragma once
// `# gilcheck: ignore[GIL101] reason` and `# gilcheck: file-ignore[...]`: what they silence, and
// what is wrong with them.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.h"
#include "base/source_text.h"
#include "project/file_facts.h"
#include "project/selection.h"

namespace gilcheck::project {

struct FileDirectives {
  std::string path;  ///< as in the findings
  const std::vector<Directive>* directives = nullptr;
};

/// The comments of a Python source.
std::vector<Directive> directives_of(std::string_view path, const SourceText& source);

/// Marks the findings that a comment suppresses: one that names the finding's rule, by code or
/// name, and covers the first line of any access of its region in the same file. Returns
/// diagnostics for comments that are malformed, name no rule, or (for rules that are enabled)
/// silence nothing. `findings` must be all there are, of every confidence. `files` must be sorted
/// by path.
std::vector<Diagnostic> apply_suppressions(std::vector<Finding>& findings,
                                           std::span<const FileDirectives> files,
                                           const Selection& selection);

}  // namespace gilcheck::project
