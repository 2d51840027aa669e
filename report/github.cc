#include "report/github.h"

#include <fmt/format.h>

#include <ostream>

#include "report/phrases.h"
#include "report/utf8.h"

namespace gilcheck::report {

namespace {

/// The runner undoes exactly these escapes (actions/runner, ActionCommand.cs); all else is
/// verbatim, so other control characters, which could colour or overwrite the log, are made
/// visible, and bytes that are not UTF-8 are replaced.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  while (!text.empty()) {
    const char32_t code = take_code_point(text);
    if (code == '%') {
      out += "%25";
    } else if (code == '\r') {
      out += "%0D";
    } else if (code == '\n') {
      out += "%0A";
    } else if (code == ':' && property) {
      out += "%3A";
    } else if (code == ',' && property) {
      out += "%2C";
    } else if (code < 0x20 && code != '\t') {
      append_code_point(out, 0x2400 + code);  // CONTROL PICTURES
    } else if (code == 0x7F) {
      append_code_point(out, 0x2421);
    } else {
      append_code_point(out, code);
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
