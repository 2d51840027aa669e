#include "project/suppressions.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "analyzer/analyzer.h"
#include "rules/catalogue.h"

namespace gilcheck::project {

namespace {

using analyzer::DirectiveKind;

/// One rule named by one comment.
struct Claim {
  const Directive* directive = nullptr;
  std::string_view code;
  bool used = false;
};

bool covers(const Directive& directive, std::uint32_t line) {
  if (directive.kind == DirectiveKind::file_ignore) return true;
  return directive.first_line <= line && line <= directive.last_line;
}

Diagnostic about(const FileDirectives& file, const Directive& directive, std::string code,
                 std::string message) {
  return {Severity::warning, std::move(code), std::move(message), file.path, directive.span};
}

/// The claims of one file; what cannot be claimed becomes a diagnostic.
std::vector<Claim> claims_of(const FileDirectives& file, std::vector<Diagnostic>& diagnostics) {
  std::vector<Claim> claims;
  for (const auto& directive : *file.directives) {
    if (directive.kind == DirectiveKind::malformed) {
      diagnostics.push_back(about(file, directive, "malformed-suppression", directive.reason));
      continue;
    }
    for (const auto& code : directive.codes) {
      if (const rules::Rule* rule = rules::find(code)) {
        claims.push_back({&directive, rule->code});
        continue;
      }
      if (directive.foreign) continue;
      std::string message = "the comment ignores '" + code + "', which is no rule";
      if (rules::is_selector(code)) {
        // What selects rules on the command line. A comment that silences more than its author saw
        // would hide the next bug on this line.
        message = "the comment ignores '" + code + "', which is not one rule; name each";
      } else if (const auto close = rules::suggest(code); !close.empty()) {
        message += "; did you mean '" + std::string(close) + "'?";
      }
      diagnostics.push_back(about(file, directive, "unknown-rule", std::move(message)));
    }
  }
  return claims;
}

}  // namespace

std::vector<Directive> directives_of(std::string_view path, const SourceText& source) {
  const analyzer::ModuleSummary summary = analyzer::summarize(path, "", false, source);
  return facts_of(summary, source, source.text().size(), "").directives;
}

std::vector<Diagnostic> apply_suppressions(std::vector<Finding>& findings,
                                           std::span<const FileDirectives> files,
                                           const Selection& selection) {
  std::vector<Diagnostic> diagnostics;
  std::vector<std::vector<Claim>> claims;
  bool any = false;
  for (const auto& file : files) {
    claims.push_back(claims_of(file, diagnostics));
    any = any || !claims.back().empty();
  }
  if (!any) return diagnostics;

  const auto claims_in = [&](std::string_view path) -> std::vector<Claim>* {
    const auto found = std::lower_bound(
        files.begin(), files.end(), path,
        [](const FileDirectives& file, std::string_view p) { return file.path < p; });
    if (found == files.end() || found->path != path) return nullptr;
    return &claims[static_cast<std::size_t>(found - files.begin())];
  };
  for (auto& finding : findings) {
    const auto try_site = [&](std::string_view path, std::uint32_t line) {
      auto* here = claims_in(path);
      if (here == nullptr) return;
      for (auto& claim : *here) {
        if (claim.code != finding.rule || !covers(*claim.directive, line)) continue;
        claim.used = true;
        if (!finding.suppressed) finding.suppression_reason = claim.directive->reason;
        finding.suppressed = true;
      }
    };
    try_site(finding.path, finding.span.line);
    for (const auto& access : finding.region) try_site(access.site.path, access.site.span.line);
  }

  for (std::size_t i = 0; i < files.size(); ++i) {
    for (const auto& claim : claims[i]) {
      if (claim.used || claim.directive->foreign || rules::found_by_running(claim.code) ||
          !selection.enabled(claim.code)) {
        continue;
      }
      const bool whole_file = claim.directive->kind == DirectiveKind::file_ignore;
      diagnostics.push_back(about(
          files[i], *claim.directive, "unused-suppression",
          "the comment ignores " + std::string(claim.code) +
              (whole_file ? ", which is not found in this file" : ", which is not found here") +
              "; remove it"));
    }
  }
  return diagnostics;
}

}  // namespace gilcheck::project
