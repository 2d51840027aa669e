#include "report/github.h"

#include <fmt/format.h>

#include <ostream>

#include "report/phrases.h"
#include "report/utf8.h"

namespace gilcheck::report {

namespace {

/// The runner undoes exactly these escapes (actions/runner, ActionCommand.cs); all else is
/// verbatim, so other control characters, which could colour or overwrite the log, are made
/// visible.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%': out += "%25"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      case ':': out += property ? "%3A" : ":"; break;
      case ',': out += property ? "%2C" : ","; break;
      default:
        if ((c >= 0 && c < 0x20 && c != '\t') || c == 0x7F) {
          append_code_point(out, c == 0x7F ? 0x2421 : 0x2400 + static_cast<char32_t>(c));
        } else {
          out += c;
        }
    }
  }
  return out;
}

std::string_view command(Severity severity) {
  switch (severity) {
    case Severity::info: return "notice";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "warning";
}

/// Columns only for one line: the runner drops them, with a complaint, when the lines differ.
std::string position(const std::string& path, const Span& span) {
  std::string out = fmt::format(",file={},line={}", escaped(path, true), span.line);
  if (span.end_line > span.line) return out + fmt::format(",endLine={}", span.end_line);
  if (span.column != 0) out += fmt::format(",col={}", span.column);
  out += fmt::format(",endLine={}", span.line);
  if (span.end_column > span.column) out += fmt::format(",endColumn={}", span.end_column);
  return out;
}

std::string body(const Finding& finding) {
  std::string out = fmt::format("{} ({})", finding.message, verdict(finding));
  for (const auto& evidence : finding.evidence) {
    if (evidence.kind == EvidenceKind::harm || evidence.kind == EvidenceKind::fix) {
      out += fmt::format("\n{}: {}", to_string(evidence.kind), evidence.text);
    }
  }
  return out;
}

}  // namespace

void render_github(std::ostream& out, const CheckResult& result, const RenderOptions&) {
  for (const auto& finding : result.findings) {
    if (finding.suppressed) continue;
    out << fmt::format("::{} title={}{}::{}\n", command(finding.severity),
                       escaped(fmt::format("gilcheck ({})", finding.rule), true),
                       position(finding.path, finding.span), escaped(body(finding), false));
  }
  for (const auto& diagnostic : result.diagnostics) {
    std::string where;
    if (!diagnostic.path.empty()) {
      where = diagnostic.span ? position(diagnostic.path, *diagnostic.span)
                              : ",file=" + escaped(diagnostic.path, true);
    }
    out << fmt::format("::{} title={}{}::{}\n", command(diagnostic.severity),
                       escaped(fmt::format("gilcheck ({})", diagnostic.code), true), where,
                       escaped(diagnostic.message, false));
  }
}

}  // namespace gilcheck::report
