#include "report/race_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/fingerprint.h"
#include "project/file_reader.h"
#include "project/paths.h"
#include "report/frame_line.h"
#include "report/race_report.h"
#include "rules/catalogue.h"

namespace gilcheck::report {

namespace {

using nlohmann::json;

std::string_view rule_of(std::string_view pattern) {
  struct Row {
    std::string_view pattern, rule;
  };
  constexpr auto kRows = std::to_array<Row>({{"lost-update", "GIL101"},
                                             {"check-then-act", "GIL102"},
                                             {"check-then-use", "GIL102"},
                                             {"torn-pair", "GIL104"},
                                             {"iteration", "GIL105"},
                                             {"shared-iterator", "GIL106"},
                                             {"compound-call", "GIL107"},
                                             {"early-publication", "GIL203"},
                                             {"lock-order", "GIL903"}});
  const auto* found = std::ranges::find(kRows, pattern, &Row::pattern);
  return found == kRows.end() ? std::string_view("GIL101") : found->rule;
}

class Writer {
 public:
  explicit Writer(RaceSources& sources) : sources_(sources) {}

  Finding finding(const json& report) {
    Finding out;
    const rules::Rule* rule = rules::find(rule_of(report.value("pattern", "")));
    if (rule != nullptr) {
      out.rule = rule->code;
      out.name = rule->name;
    }
    const std::string location = project::displayable(report.value("location", "?"));
    const RaceWords words = words_of(report.value("pattern", ""));
    const bool cycle = report.contains("cycle");
    out.message = location + (cycle ? " can be waited for in a cycle"
                                    : " is not protected from another thread");
    out.severity = report.value("severity", "") == "error" ? Severity::error : Severity::warning;
    out.confidence = Confidence::high;
    out.window = report.value("gil", "") == "already-racy" ? WindowClass::already_racy
                                                           : WindowClass::gil_masked;
    out.status = Status::predicted;
    const Site opened = site(report.at("opened"));
    out.path = opened.path;
    out.span = opened.span;
    out.symbol = report.at("opened").value("function", "");
    out.location = {cycle ? "locks" : "object", location};
    if (cycle) {
      add_cycle(report.at("cycle"), out);
    } else {
      add_region(opened, report.at("closing"), report.at("other"), out);
    }
    for (const json& fingerprint : report.value("confirms", json::array())) {
      out.evidence.push_back({EvidenceKind::note,
                              "confirms a finding of `gilcheck check`, fingerprint " +
                                  project::displayable(fingerprint.get<std::string>()),
                              {}});
    }
    if (report.contains("test")) {
      out.evidence.push_back({EvidenceKind::note,
                              "seen first in " + project::displayable(report.value("test", "")),
                              {}});
    }
    out.evidence.push_back({EvidenceKind::harm, words.harm, {}});
    std::uint64_t hash = stable_hash(out.rule);
    for (const std::string& part : {out.path, out.symbol, location, out.region.back().symbol})
      hash = stable_hash(part, hash);
    for (const AccessRecord& conflict : out.conflicts) hash = stable_hash(conflict.symbol, hash);
    out.fingerprint = hex16(hash);
    if (const auto mark = report.find("suppressed"); mark != report.end()) {
      out.suppressed = true;
      out.suppressed_outside = mark->value("by", "") == "file";
      out.suppression_reason = mark->value("reason", "");
    }
    return out;
  }

 private:
  void add_region(const Site& opened, const json& closing, const json& other, Finding& out) {
    AccessRecord first;
    first.site = opened;
    first.symbol = out.symbol;
    first.locks = locks(closing);
    const AccessRecord last = access(closing);
    if (first.site == last.site) first.kind = AccessKind::update;
    out.region.push_back(first);
    if (first.site != last.site) out.region.push_back(last);
    out.conflicts.push_back(access(other));
    start(closing, out);
    if (closing.value("thread", 0) != other.value("thread", 0)) start(other, out);
    stack(closing, "the region's", out);
    stack(other, "the other's", out);
  }

  /// The first thread's two acquisitions are the region, those of the others the conflicts.
  void add_cycle(const json& cycle, Finding& out) {
    for (std::size_t i = 0; i < cycle.size(); ++i) {
      const json& edge = cycle[i];
      const std::size_t next = (i + 1) % cycle.size();
      const std::string thread = edge.value("thread", 0) == 0
                                     ? "the main thread"
                                     : fmt::format("Thread-{}", edge.value("thread", 0));
      const json& lock = edge.at("holds");
      AccessRecord held =
          access({{"stack", edge.at("held_since")}, {"locks", json::array({lock})}});
      held.note = fmt::format("{} acquires lock {}", thread, i + 1);
      AccessRecord wanted = access(edge);
      wanted.note = fmt::format("{} waits for lock {}", thread, next + 1);
      auto& side = i == 0 ? out.region : out.conflicts;
      side.push_back(std::move(held));
      side.push_back(std::move(wanted));
      for (const json& frame : lock.value("created", json::array())) {
        if (!frame.value("watched", false)) continue;
        out.evidence.push_back(
            {EvidenceKind::note,
             fmt::format("lock {}, a {}, was made here", i + 1, lock.value("kind", "Lock")),
             site(frame)});
        break;
      }
      start(edge, out);
      stack(edge, thread == "the main thread" ? "the main thread's" : thread + "'s", out);
    }
    out.evidence.push_back(
        {EvidenceKind::gil, "no help: a thread that waits for a lock has given the GIL up", {}});
  }

  /// CPython's columns count bytes of UTF-8 from 0.
  std::uint32_t column(const std::string& path, int line, int bytes) {
    const SourceText* text = sources_.of(path);
    const std::string_view whole =
        text == nullptr ? std::string_view() : text->line(static_cast<std::uint32_t>(line));
    const std::string_view before =
        whole.substr(0, std::min(whole.size(), static_cast<std::size_t>(std::max(bytes, 0))));
    const auto continued = std::ranges::count_if(
        before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
    return static_cast<std::uint32_t>(bytes - continued + 1);
  }

  Site site(const json& place) {
    const std::string path = place.value("path", "?");
    Site out{shown_path(path), {}};
    const int line = place.value("line", 0);
    if (line <= 0) return out;
    out.span.line = static_cast<std::uint32_t>(line);
    out.span.column = column(path, line, place.value("column", 0));
    const int end = std::max(place.value("end_line", line), line);
    out.span.end_line = static_cast<std::uint32_t>(end);
    out.span.end_column = column(path, end, place.value("end_column", 0));
    return out;
  }

  std::vector<std::string> locks(const json& side) {
    std::vector<std::string> out;
    for (const json& lock : side.at("locks")) {
      std::string text = lock.value("kind", "Lock");
      for (const json& frame : lock.value("created", json::array())) {
        if (!frame.value("watched", false)) continue;
        text += fmt::format(" made at {}:{}", shown_path(frame.value("path", "?")),
                            frame.value("line", 0));
        break;
      }
      out.push_back(std::move(text));
    }
    return out;
  }

  AccessRecord access(const json& side) {
    const json& frame = side.at("stack").at(0);
    AccessRecord out;
    out.kind = side.value("removal", false)          ? AccessKind::remove
               : side.value("access", "") == "write" ? AccessKind::write
                                                     : AccessKind::read;
    out.site = site(frame);
    out.symbol = frame.value("function", "");
    out.locks = locks(side);
    return out;
  }

  void start(const json& side, Finding& out) {
    for (const json& frame : side.value("started_at", json::array())) {
      if (!frame.value("watched", false)) continue;
      out.evidence.push_back({EvidenceKind::root,
                              fmt::format("Thread-{} was started here", side.value("thread", 0)),
                              site(frame)});
      return;
    }
  }

  /// The callers under test, innermost first; the access itself is in the region.
  void stack(const json& side, std::string_view whose, Finding& out) {
    const json& frames = side.at("stack");
    for (std::size_t i = 1; i < frames.size(); ++i) {
      if (!frames[i].value("watched", false)) continue;
      out.evidence.push_back(
          {EvidenceKind::note,
           fmt::format("on {} stack: {}", whose, frames[i].value("function", "?")),
           site(frames[i])});
    }
  }

  RaceSources& sources_;
};

}  // namespace

const SourceText* RaceSources::of(const std::string& path) {
  const auto [place, fresh] = known_.try_emplace(path, nullptr);
  if (!fresh) return place->second;
  constexpr std::uint64_t kMostBytes = 16U << 20U;
  const project::ReadResult file = project::read_regular_file(path, kMostBytes);
  if (file.ok()) {
    place->second = &texts_.emplace_back(decode_python_source(file.bytes).utf8);
  }
  return place->second;
}

Finding race_finding(const json& report, RaceSources& sources) {
  return Writer(sources).finding(report);
}

CheckResult race_findings(const project::RunResult& result, RaceSources& sources) {
  CheckResult out;
  Writer writer(sources);
  for (const json& report : result.reports) {
    if (report.value("severity", "info") != "info") out.findings.push_back(writer.finding(report));
  }
  std::ranges::stable_sort(out.findings, [](const Finding& left, const Finding& right) {
    return std::tie(left.path, left.span, left.rule) < std::tie(right.path, right.span, right.rule);
  });
  number_equal_fingerprints(out.findings);
  const auto warn = [&](const char* code, const char* what, const std::vector<std::string>& which) {
    for (const std::string& one : which)
      out.diagnostics.push_back({Severity::warning, code, what + one, "", {}});
  };
  warn("process-not-instrumented", "", result.troubles);
  warn("process-cut-short", "crashed or was killed: ", result.cut_short);
  warn("process-still-running",
       "was still running when the command had ended: ", result.still_running);
  return out;
}

}  // namespace gilcheck::report
