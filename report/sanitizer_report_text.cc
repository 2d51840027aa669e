#include "report/sanitizer_report_text.h"

#include <fmt/color.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/fingerprint.h"
#include "project/paths.h"
#include "report/frame_line.h"
#include "rules/catalogue.h"

namespace gilcheck::report {

namespace {

using nlohmann::json;
using project::CodeOwner;
using project::NativeFrame;
using project::PythonFrame;
using project::SanitizerReport;

/// Calls in the interpreter between an extension's function and what called it say little.
constexpr std::size_t kMostFrames = 12;

std::string name_of(const NativeFrame& frame) {
  return frame.function.empty() ? std::string(project::last_part(frame.module)) : frame.function;
}

std::string line_of(const NativeFrame& frame) {
  if (frame.path.empty()) {
    return fmt::format("    {:<28} ({})\n", project::displayable(name_of(frame)),
                       project::displayable(project::last_part(frame.module)));
  }
  return frame_line(name_of(frame), frame.path, frame.line);
}

std::string block(const SanitizerReport& report, bool color) {
  std::string headline = report.kind;
  std::ranges::transform(headline, headline.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (color)
    headline = fmt::format(fmt::fg(fmt::terminal_color::red) | fmt::emphasis::bold, "{}", headline);
  std::string text = "==================\n" + headline;
  if (!report.places.empty()) {
    const NativeFrame& place = report.places.front();
    text += fmt::format("  {}, {}", project::displayable(name_of(place)),
                        place.path.empty() ? project::displayable(place.module)
                                           : shown_place(place.path, place.line));
  }
  text += fmt::format(" ({}{})\n", to_string(report.owner),
                      report.count > 1 ? fmt::format(", {} times", report.count) : "");
  for (std::size_t i = 0; i < report.sections.size(); ++i) {
    const auto& section = report.sections[i];
    text += project::displayable(section.heading) + (section.stack.empty() ? "\n" : ":\n");
    for (std::size_t frame = 0; frame < std::min(section.stack.size(), kMostFrames); ++frame)
      text += line_of(section.stack[frame]);
    if (section.stack.size() > kMostFrames)
      text += fmt::format("    ... {} more\n", section.stack.size() - kMostFrames);
    if (i == 0 && !report.python.empty()) {
      text += "  called from Python:\n";
      for (const PythonFrame& frame : report.python)
        text += frame_line(frame.function, frame.path, frame.line);
    }
  }
  return text + "==================\n";
}

json frame_json(const NativeFrame& frame) {
  return {{"function", frame.function},
          {"path", frame.path},
          {"line", frame.line},
          {"column", frame.column},
          {"module", frame.module}};
}

json frames_json(const std::vector<NativeFrame>& frames) {
  json out = json::array();
  for (const NativeFrame& frame : frames) out.push_back(frame_json(frame));
  return out;
}

Site site_of(const std::string& path, int line, int column) {
  Site site{shown_path(path), {}};
  if (line <= 0) return site;
  const auto number = static_cast<std::uint32_t>(line);
  const auto at = static_cast<std::uint32_t>(std::max(column, 1));
  site.span = {number, at, number, at + 1};
  return site;
}

AccessRecord access_of(const SanitizerReport& report, std::size_t index) {
  const NativeFrame& place = report.places[index];
  AccessRecord out;
  out.site = site_of(place.path.empty() ? place.module : place.path, place.line, place.column);
  out.symbol = place.function;
  if (index < report.sections.size()) {
    const std::string& heading = report.sections[index].heading;
    out.note = heading;
    const bool writes = heading.find("rite") != std::string::npos;
    out.kind = writes ? AccessKind::write : AccessKind::read;
  }
  return out;
}

Finding finding_of(const SanitizerReport& report) {
  Finding out;
  if (const rules::Rule* rule = rules::find("GIL904")) {
    out.rule = rule->code;
    out.name = rule->name;
  }
  out.severity = Severity::error;
  out.confidence = Confidence::high;
  out.status = Status::witnessed;
  out.region.push_back(access_of(report, 0));
  const AccessRecord& first = out.region.front();
  out.path = first.site.path;
  out.span = first.site.span;
  out.symbol = first.symbol;
  out.message = fmt::format("{} in {}", report.kind, project::displayable(first.symbol));
  out.location = {"memory", ""};
  if (report.places.size() > 1) out.conflicts.push_back(access_of(report, 1));
  for (std::size_t i = 2; i < report.sections.size(); ++i) {
    const auto& section = report.sections[i];
    Evidence evidence{EvidenceKind::note, project::displayable(section.heading), {}};
    if (section.heading.starts_with("Location is ")) out.location.name = section.heading.substr(12);
    const auto frame =
        std::ranges::find_if_not(section.stack, &std::string::empty, &NativeFrame::path);
    if (frame != section.stack.end())
      evidence.site = site_of(frame->path, frame->line, frame->column);
    out.evidence.push_back(std::move(evidence));
  }
  for (const PythonFrame& frame : report.python) {
    out.evidence.push_back({EvidenceKind::note,
                            "called from " + project::displayable(frame.function),
                            site_of(frame.path, frame.line, 1)});
  }
  out.evidence.push_back({EvidenceKind::harm,
                          "what the memory holds afterwards is undefined: a lost or torn value, a "
                          "reference count that is wrong, a crash",
                          {}});
  std::uint64_t hash = stable_hash(out.rule);
  for (const NativeFrame& place : report.places)
    hash = stable_hash(place.function, stable_hash(shown_path(place.path), hash));
  out.fingerprint = hex16(hash);
  return out;
}

}  // namespace

std::string sanitizer_text(const project::SanitizedRun& run, bool color, bool information) {
  std::string text;
  for (const SanitizerReport& report : run.reports) {
    if (report.owner == CodeOwner::extension || information) text += block(report, color);
  }
  return text;
}

std::string sanitizer_json(const project::SanitizedRun& run, const std::string& interpreter,
                           const std::vector<std::string>& command) {
  json reports = json::array();
  for (const SanitizerReport& report : run.reports) {
    json sections = json::array();
    for (const auto& section : report.sections)
      sections.push_back({{"heading", section.heading}, {"stack", frames_json(section.stack)}});
    json python = json::array();
    for (const PythonFrame& frame : report.python)
      python.push_back({{"path", frame.path}, {"function", frame.function}, {"line", frame.line}});
    reports.push_back({{"kind", report.kind},
                       {"owner", to_string(report.owner)},
                       {"count", report.count},
                       {"places", frames_json(report.places)},
                       {"sections", std::move(sections)},
                       {"python", std::move(python)}});
  }
  const json all = {
      {"version", 1},         {"interpreter", interpreter}, {"command", command},
      {"status", run.status}, {"processes", run.processes}, {"reports", std::move(reports)}};
  return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

CheckResult sanitizer_findings(const project::SanitizedRun& run) {
  CheckResult out;
  for (const SanitizerReport& report : run.reports) {
    if (report.owner == CodeOwner::extension && !report.places.empty())
      out.findings.push_back(finding_of(report));
  }
  std::ranges::stable_sort(out.findings, [](const Finding& left, const Finding& right) {
    return std::tie(left.path, left.span) < std::tie(right.path, right.span);
  });
  number_equal_fingerprints(out.findings);
  return out;
}

}  // namespace gilcheck::report
