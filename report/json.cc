#include "report/json.h"

#include <ostream>

#include "report/json_text.h"

namespace gilcheck::report {

namespace {

void add_span(Json& object, const Span& span) {
  object["line"] = span.line;
  object["column"] = span.column;
  object["end_line"] = span.end_line;
  object["end_column"] = span.end_column;
}

void add_site(Json& object, const Site& site) {
  object["path"] = site.path;
  add_span(object, site.span);
}

void add_no_site(Json& object) {
  for (const auto* key : {"path", "line", "column", "end_line", "end_column"})
    object[key] = nullptr;
}

Json accesses(const std::vector<AccessRecord>& records) {
  Json out = Json::array();
  for (const auto& record : records) {
    Json access;
    access["kind"] = to_string(record.kind);
    add_site(access, record.site);
    access["locks"] = record.locks;
    access["symbol"] = record.symbol;
    access["note"] = record.note;
    out.push_back(std::move(access));
  }
  return out;
}

Json finding_object(const Finding& finding) {
  Json out;
  out["rule"] = finding.rule;
  out["name"] = finding.name;
  out["message"] = finding.message;
  out["severity"] = to_string(finding.severity);
  out["confidence"] = to_string(finding.confidence);
  out["class"] = finding.window == WindowClass::none ? Json() : Json(to_string(finding.window));
  out["status"] = to_string(finding.status);
  out["path"] = finding.path;
  add_span(out, finding.span);
  out["symbol"] = finding.symbol;
  out["location"] = {{"kind", finding.location.kind}, {"name", finding.location.name}};
  out["region"] = accesses(finding.region);
  out["conflicts"] = accesses(finding.conflicts);
  out["evidence"] = Json::array();
  for (const auto& evidence : finding.evidence) {
    Json item;
    item["kind"] = to_string(evidence.kind);
    item["text"] = evidence.text;
    if (evidence.site) {
      add_site(item, *evidence.site);
    } else {
      add_no_site(item);
    }
    out["evidence"].push_back(std::move(item));
  }
  out["switch_point"] = nullptr;
  if (finding.switch_point) {
    Json point;
    point["kind"] = finding.switch_point->kind;
    point["text"] = finding.switch_point->text;
    point["certain"] = finding.switch_point->certain;
    add_site(point, finding.switch_point->site);
    out["switch_point"] = std::move(point);
  }
  out["fingerprint"] = finding.fingerprint;
  out["suppressed"] = finding.suppressed;
  out["suppression_reason"] = finding.suppressed ? Json(finding.suppression_reason) : Json();
  return out;
}

Json diagnostic_object(const Diagnostic& diagnostic) {
  Json out;
  out["severity"] = to_string(diagnostic.severity);
  out["code"] = diagnostic.code;
  out["message"] = diagnostic.message;
  add_no_site(out);
  if (!diagnostic.path.empty()) out["path"] = diagnostic.path;
  if (diagnostic.span) add_span(out, *diagnostic.span);
  return out;
}

Json c_object(const CoverageOfC& c) {
  Json out = {{"units_found", c.units_found},
              {"units_analysed", c.units_analysed},
              {"units_missing_headers", c.units_missing_headers},
              {"units_with_errors", c.units_with_errors},
              {"units_failed", c.units_failed},
              {"units_from_cache", c.units_from_cache},
              {"units_gil_conditional", c.units_gil_conditional},
              {"units_both_builds", c.units_both_builds},
              {"lines", c.lines},
              {"functions", c.functions},
              {"entry_points", c.entry_points},
              {"globals", c.globals}};
  out["python_headers"] = c.python_headers.empty() ? Json() : Json(c.python_headers);
  out["left_out"] = c.left_out.empty() ? Json() : Json(c.left_out);
  return out;
}

Json coverage_object(const Coverage& c) {
  Json out = {{"files_found", c.files_found},
              {"files_analysed", c.files_analysed},
              {"files_with_syntax_errors", c.files_with_syntax_errors},
              {"files_failed", c.files_failed},
              {"files_from_cache", c.files_from_cache},
              {"lines", c.lines},
              {"bytes", c.bytes},
              {"classes", c.classes},
              {"functions", c.functions},
              {"calls_seen", c.calls_seen},
              {"calls_resolved", c.calls_resolved},
              {"accesses_seen", c.accesses_seen},
              {"accesses_resolved", c.accesses_resolved},
              {"locks", c.locks},
              {"thread_roots", c.thread_roots},
              {"shared_locations", c.shared_locations},
              {"regions", c.regions}};
  out["c"] = c.c.units_found == 0 ? Json() : c_object(c.c);
  return out;
}

/// An array with one element per line.
template <typename Items, typename ToObject>
void write_lines(std::ostream& out, const Items& items, const ToObject& to_object) {
  out << '[';
  const char* separator = "\n    ";
  for (const auto& item : items) {
    out << separator << to_text(to_object(item));
    separator = ",\n    ";
  }
  out << (items.empty() ? "]" : "\n  ]");
}

}  // namespace

void render_json(std::ostream& out, const CheckResult& result, const RenderOptions& options) {
  out << "{\n  \"version\": " << to_text(Json(options.tool_version)) << ",\n  \"findings\": ";
  write_lines(out, result.findings, finding_object);
  out << ",\n  \"diagnostics\": ";
  write_lines(out, result.diagnostics, diagnostic_object);
  out << ",\n  \"coverage\": " << to_text(coverage_object(result.coverage)) << "\n}\n";
}

}  // namespace gilcheck::report
