#include "report/phrases.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/display_width.h"

namespace gilcheck::report {

namespace {

std::string_view verb(AccessKind kind) {
  switch (kind) {
    case AccessKind::read: return "reads";
    case AccessKind::write: return "writes";
    case AccessKind::update: return "reads and writes";
    case AccessKind::remove: return "deletes";
    case AccessKind::test: return "tests";
    case AccessKind::iterate: return "iterates over";
    case AccessKind::mutate: return "changes";
    case AccessKind::advance: return "advances";
    case AccessKind::call: return "calls a method of";
  }
  return "touches";
}

/// Start of the last `parts` dotted parts of a name; dots inside brackets do not count.
std::size_t tail_of(std::string_view name, int parts) {
  int depth = 0;
  for (std::size_t i = name.size(); i-- > 0;) {
    if (name[i] == ']' || name[i] == ')') ++depth;
    if (name[i] == '[' || name[i] == '(') --depth;
    if (name[i] == '.' && depth <= 0 && --parts == 0) return i + 1;
  }
  return 0;
}

}  // namespace

std::string short_name(const Location& location) {
  if (location.name.empty()) return "the location";
  const bool of_object = location.kind.find("attribute") != std::string::npos ||
                         location.kind.find("item") != std::string::npos;
  return location.name.substr(tail_of(location.name, of_object ? 2 : 1));
}

std::string what(const AccessRecord& access, const Location& location) {
  if (!access.note.empty()) return access.note;
  return fmt::format("{} {}", verb(access.kind), short_name(location));
}

std::string held(const AccessRecord& access) {
  if (access.locks.empty()) return "no lock is held";
  std::string out = "under ";
  for (std::size_t i = 0; i < access.locks.size(); ++i) {
    if (i != 0) out += i + 1 == access.locks.size() ? " and " : ", ";
    out += access.locks[i];
  }
  return out;
}

std::string place(const Site& site) {
  return fmt::format("{}:{}:{}", site.path, site.span.line, site.span.column);
}

std::string place_line(const Site& site) {
  return fmt::format("{}:{}", site.path, site.span.line);
}

std::string with_place(const Evidence& evidence) {
  if (!evidence.site) return evidence.text;
  const auto where = place_line(*evidence.site);
  if (evidence.text.find(where) != std::string::npos) return evidence.text;
  return fmt::format("{} ({})", evidence.text, where);
}

std::string gil_sentence(const Finding& finding) {
  const auto reason = finding.switch_point ? finding.switch_point->text : std::string();
  switch (finding.window) {
    case WindowClass::none: return {};
    case WindowClass::gil_masked:
      return "atomic with the GIL: no switch point lies inside; torn on a free-threaded build";
    case WindowClass::already_racy:
      return reason.empty() ? "torn with the GIL too: a switch point lies inside"
                            : "torn with the GIL too: " + reason;
    case WindowClass::gil_masked_if_builtin:
      return reason.empty() ? "atomic with the GIL only if the operands are builtin"
                            : "atomic with the GIL only if the operands are builtin: " + reason;
  }
  return {};
}

std::string verdict(const Finding& finding) {
  if (finding.window == WindowClass::none) return std::string(to_string(finding.confidence));
  return fmt::format("{}, {}", to_string(finding.confidence), to_string(finding.window));
}

std::string_view status_sentence(Status status) {
  switch (status) {
    case Status::unexecuted: return "static: found by reading the code, not yet run";
    case Status::exercised: return "exercised: the region ran, on one thread only";
    case Status::shared: return "shared: several threads ran the region on one location";
    case Status::predicted: return "predicted: some schedule of the observed run tears the region";
    case Status::witnessed: return "witnessed: a schedule that tears the region was executed";
    case Status::proven: return "proven: torn with the GIL off, and not with the GIL on";
  }
  return {};
}

bool conflicts_with_itself(const Finding& finding) {
  if (finding.region.empty()) return false;
  return std::all_of(finding.conflicts.begin(), finding.conflicts.end(), [&](const auto& conflict) {
    return std::any_of(finding.region.begin(), finding.region.end(),
                       [&](const auto& access) { return access.site == conflict.site; });
  });
}

const SourceText* source_of(const RenderOptions& options, std::string_view path) {
  return options.source_of ? options.source_of(path) : nullptr;
}

std::string count(std::uint64_t number, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", number, number == 1 ? singular : plural);
}

std::string diagnostic_line(const Diagnostic& diagnostic, const Painter& paint) {
  std::string where = diagnostic.path;
  if (diagnostic.span && !where.empty()) where = place({where, *diagnostic.span});
  std::string out = paint(Ink::path, printable(where));
  if (!out.empty()) out += ": ";
  out += paint(ink_of(diagnostic.severity), to_string(diagnostic.severity));
  return out + ": " + printable(fmt::format("{} [{}]", diagnostic.message, diagnostic.code));
}

}  // namespace gilcheck::report
