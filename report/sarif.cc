#include "report/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <ostream>
#include <set>

#include "report/json_text.h"
#include "report/line_hash.h"
#include "report/phrases.h"
#include "rules/catalogue.h"

namespace gilcheck::report {

namespace {

// What GitHub takes in: docs.github.com, "SARIF support for code scanning", validated 2026.
constexpr std::size_t kMostResults = 25'000;
constexpr std::size_t kMostLocations = 100;      // of 1,000 per result, 100 are shown
constexpr std::size_t kMostFlowLocations = 100;  // of 10,000 per thread flow, 1,000 are shown
constexpr std::size_t kMostTags = 10;            // of 20 per rule, 10 are shown

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

std::string_view level(Severity severity) {
  switch (severity) {
    case Severity::info: return "note";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "warning";
}

/// Of 0 to 100, the most likely true first.
double rank(Confidence confidence) {
  switch (confidence) {
    case Confidence::low: return 30;
    case Confidence::medium: return 60;
    case Confidence::high: return 90;
  }
  return 0;
}

/// A URI names the file by its bytes. What a path shows as \xHH (project/paths.h, displayable: the
/// only backslashes in it) is such a byte.
std::string percent_encoded(std::string_view path) {
  constexpr std::size_t kEscapeLength = 4;
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '\\' && i + kEscapeLength <= path.size() && path[i + 1] == 'x' &&
        is_hex(path[i + 2]) && is_hex(path[i + 3])) {
      out += '%';
      for (const char digit : path.substr(i + 2, 2)) {
        out += static_cast<char>(digit >= 'a' ? digit - 'a' + 'A' : digit);
      }
      i += kEscapeLength - 1;
      continue;
    }
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-._~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

/// `d[k](x)` would read as an embedded link (SARIF 3.11.6).
Json message(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ']' && i + 1 < text.size() && text[i + 1] == '(') out += '\\';
    out += text[i];
  }
  return {{"text", out}};
}

Json artifact_location(const std::string& path) {
  if (path.starts_with('/')) return {{"uri", "file://" + percent_encoded(path)}};
  return {{"uri", percent_encoded(path)}, {"uriBaseId", "%SRCROOT%"}};
}

Json physical_location(const std::string& path, const Span& span) {
  Json out{{"artifactLocation", artifact_location(path)}};
  if (span.line == 0) return out;
  Json region{{"startLine", span.line}, {"startColumn", std::max(span.column, 1U)}};
  if (span.end_line >= span.line && span.end_column != 0 &&
      (span.end_line > span.line || span.end_column >= span.column)) {
    region["endLine"] = span.end_line;
    region["endColumn"] = span.end_column;
  }
  out["region"] = std::move(region);
  return out;
}

Json location(const Site& site, std::string_view symbol = {}) {
  Json out{{"physicalLocation", physical_location(site.path, site.span)}};
  if (!symbol.empty()) {
    out["logicalLocations"] = Json::array({Json{{"fullyQualifiedName", symbol}}});
  }
  return out;
}

// ---------------------------------------------------------------------------------- rules

Json rule_object(const rules::Rule& rule, const RenderOptions& options) {
  Json out{{"id", rule.code},
           {"name", rule.name},
           {"shortDescription", {{"text", rule.summary}}},
           {"fullDescription", {{"text", rule.what_it_finds}}}};
  if (!options.rule_page_prefix.empty()) {
    out["helpUri"] = fmt::format("{}{}-{}.md", options.rule_page_prefix, rule.code, rule.name);
  }
  out["help"] = {{"text", fmt::format("{}\n\nWith the GIL: {}\n\nWithout the GIL: {}", rule.summary,
                                      rule.why_with_gil, rule.why_without_gil)},
                 {"markdown", rule.markdown}};
  out["defaultConfiguration"] = {{"level", level(rule.severity)}};
  Json tags = Json::array({"concurrency"});
  for (const auto tag : rule.tags) {
    const bool known = std::find(tags.begin(), tags.end(), tag) != tags.end();
    if (!known && tags.size() < kMostTags) tags.push_back(tag);
  }
  out["properties"] = {{"tags", std::move(tags)},
                       {"family", rule.family},
                       {"stage", rules::name_of(rule.stage)},
                       {"problem.severity", level(rule.severity)}};
  return out;
}

/// Rules by code, with their index in the run.
class RuleTable {
 public:
  RuleTable(const CheckResult& result, const RenderOptions& options) {
    for (const auto& rule : rules::all()) rules_.emplace(rule.code, rule_object(rule, options));
    for (const auto& finding : result.findings) {
      if (rules_.contains(finding.rule)) continue;
      Json rule{{"id", finding.rule}};
      if (!finding.name.empty()) rule["name"] = finding.name;
      rules_.emplace(finding.rule, std::move(rule));
    }
  }

  std::size_t index(const std::string& code) const {
    return static_cast<std::size_t>(std::distance(rules_.begin(), rules_.find(code)));
  }

  Json array() const {
    Json out = Json::array();
    for (const auto& [code, rule] : rules_) out.push_back(rule);
    return out;
  }

 private:
  std::map<std::string, Json, std::less<>> rules_;
};

// ---------------------------------------------------------------------------------- results

/// The argument in full, for viewers that show nothing but the message. The first sentence stands
/// alone where there is little room.
std::string argument(const Finding& finding) {
  std::string out = finding.message + ".";
  const auto add = [&](EvidenceKind kind, std::string_view title) {
    for (const auto& evidence : finding.evidence) {
      if (evidence.kind == kind) out += fmt::format("\n{}: {}.", title, evidence.text);
    }
  };
  add(EvidenceKind::shared, "Shared");
  add(EvidenceKind::root, "Thread");
  add(EvidenceKind::guard, "Guard");
  const auto before = out.size();
  add(EvidenceKind::gil, "GIL");
  if (const auto gil = gil_sentence(finding); out.size() == before && !gil.empty()) {
    out += fmt::format("\nGIL: {}.", gil);
  }
  add(EvidenceKind::harm, "Harm");
  add(EvidenceKind::fix, "Fix");
  // Notes about places are related locations.
  for (const auto& evidence : finding.evidence) {
    if (evidence.kind == EvidenceKind::note && !evidence.site)
      out += fmt::format("\nNote: {}.", evidence.text);
  }
  return out;
}

Json flow_location(const AccessRecord& access, const Finding& finding, std::string_view text,
                   int order) {
  auto where = location(access.site, access.symbol);
  where["message"] = message(fmt::format("{}; {}", text, held(access)));
  Json out{{"location", std::move(where)}, {"executionOrder", order}, {"importance", "essential"}};
  Json state{{"location", {{"text", short_name(finding.location)}}}};
  if (!access.locks.empty())
    state["locks"] = {{"text", fmt::format("{}", fmt::join(access.locks, ", "))}};
  out["state"] = std::move(state);
  return out;
}

/// The schedule that tears the region: its first access, the other thread's accesses, the rest. A
/// region of a single access that both reads and writes appears twice, around the conflict.
Json code_flow(const Finding& finding) {
  const auto& region = finding.region;
  const auto& other = finding.conflicts.empty() ? region : finding.conflicts;
  Json mine = Json::array();
  Json theirs = Json::array();
  int order = 0;
  const auto add = [&](Json& flow, const AccessRecord& access, const std::string& text) {
    if (flow.size() < kMostFlowLocations) {
      flow.push_back(flow_location(access, finding, text, ++order));
    }
  };
  const auto name = short_name(finding.location);
  const bool two_steps = region.size() == 1 && region[0].kind == AccessKind::update;
  add(mine, region[0], two_steps ? "reads " + name : what(region[0], finding.location));
  for (const auto& access : other) {
    add(theirs, access, "meanwhile " + what(access, finding.location));
  }
  if (two_steps) add(mine, region[0], "writes " + name + " from the value read before");
  for (std::size_t i = 1; i < region.size(); ++i)
    add(mine, region[i], what(region[i], finding.location));
  const bool cycle = finding.location.kind == "locks";
  return {
      {"message",
       {{"text", cycle ? "A schedule in which threads wait for each other's locks"
                       : "A schedule of two threads that tears the region"}}},
      {"threadFlows",
       Json::array({{{"id", "thread 1"},
                     {"message", {{"text", cycle ? "One thread" : "The thread in the region"}}},
                     {"locations", std::move(mine)}},
                    {{"id", "thread 2"},
                     {"message", {{"text", cycle ? "The others" : "Another thread, in between"}}},
                     {"locations", std::move(theirs)}}})}};
}

Json related_locations(const Finding& finding) {
  Json out = Json::array();
  const auto add = [&](const Json& where, const std::string& text) {
    if (out.size() >= kMostLocations) return;
    Json related{{"id", out.size()}};
    related.update(where);
    related["message"] = message(text);
    out.push_back(std::move(related));
  };
  for (const auto kind :
       {EvidenceKind::guard, EvidenceKind::root, EvidenceKind::shared, EvidenceKind::gil,
        EvidenceKind::harm, EvidenceKind::fix, EvidenceKind::note}) {
    for (const auto& evidence : finding.evidence) {
      if (evidence.kind == kind && evidence.site) add(location(*evidence.site), evidence.text);
    }
  }
  if (finding.switch_point) {
    add(location(finding.switch_point->site), "switch point: " + finding.switch_point->text);
  }
  for (const auto& conflict : finding.conflicts) {
    add(location(conflict.site, conflict.symbol),
        fmt::format("another thread {}; {}", what(conflict, finding.location), held(conflict)));
  }
  return out;
}

Json properties(const Finding& finding) {
  Json out;
  out["name"] = finding.name;
  out["class"] = finding.window == WindowClass::none ? Json() : Json(to_string(finding.window));
  out["confidence"] = to_string(finding.confidence);
  out["status"] = to_string(finding.status);
  out["location"] = {{"kind", finding.location.kind}, {"name", finding.location.name}};
  out["switch_point"] = nullptr;
  if (const auto& point = finding.switch_point) {
    out["switch_point"] = {
        {"kind", point->kind}, {"text", point->text}, {"certain", point->certain}};
  }
  return out;
}

/// Line hashes, kept for one file at a time: findings come sorted by path.
class LineHashes {
 public:
  explicit LineHashes(const RenderOptions& options) : options_(options) {}

  /// Unique per rule and file: code scanning takes two results that agree in rule, path and hash
  /// for one alert, so a second finding on a line falls back to gilcheck's own fingerprint.
  std::string of(const Finding& finding) {
    if (finding.path != path_ || !loaded_) {
      const auto* source = source_of(options_, finding.path);
      hashes_ = source == nullptr ? std::vector<std::string>{} : line_hashes(source->text());
      path_ = finding.path;
      loaded_ = true;
      used_.clear();
    }
    std::string hash;
    if (finding.span.line >= 1 && finding.span.line <= hashes_.size()) {
      hash = hashes_[finding.span.line - 1];
    }
    if (hash.empty() || !used_.insert(finding.rule + ' ' + hash).second) {
      return finding.fingerprint + ":1";
    }
    return hash;
  }

 private:
  const RenderOptions& options_;
  std::string path_;
  bool loaded_ = false;
  std::vector<std::string> hashes_;
  std::set<std::string> used_;
};

Json result_object(const Finding& finding, const RuleTable& rules, LineHashes& hashes) {
  Json out;
  out["ruleId"] = finding.rule;
  out["ruleIndex"] = rules.index(finding.rule);
  out["kind"] = "fail";
  out["level"] = level(finding.severity);
  out["rank"] = rank(finding.confidence);
  out["message"] = message(argument(finding));
  out["locations"] = Json::array({location({finding.path, finding.span}, finding.symbol)});
  out["partialFingerprints"] = {{"gilcheck/v1", finding.fingerprint},
                                {"primaryLocationLineHash", hashes.of(finding)}};
  if (!finding.region.empty()) out["codeFlows"] = Json::array({code_flow(finding)});
  if (auto related = related_locations(finding); !related.empty()) {
    out["relatedLocations"] = std::move(related);
  }
  out["suppressions"] = Json::array();
  if (finding.suppressed) {
    Json suppression{{"kind", finding.suppressed_outside
                                  ? "external"
                                  : "inSource"}};  // no status: accepted (SARIF 3.35.3)
    if (!finding.suppression_reason.empty()) {
      suppression["justification"] = finding.suppression_reason;
    }
    out["suppressions"].push_back(std::move(suppression));
  }
  out["properties"] = properties(finding);
  return out;
}

// ---------------------------------------------------------------------------------- the run

/// Indices of the findings to write, in their order: all, or the best that fit.
std::vector<std::size_t> selection(const CheckResult& result) {
  std::vector<std::size_t> order(result.findings.size());
  std::iota(order.begin(), order.end(), 0U);
  if (order.size() <= kMostResults) return order;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto& x = result.findings[a];
    const auto& y = result.findings[b];
    if (x.suppressed != y.suppressed) return y.suppressed;
    return x.confidence > y.confidence;
  });
  order.resize(kMostResults);
  std::sort(order.begin(), order.end());
  return order;
}

Json notification(std::string_view code, std::string_view text, Severity severity) {
  return {{"descriptor", {{"id", code}}}, {"level", level(severity)}, {"message", message(text)}};
}

Json invocation(const CheckResult& result, std::size_t written) {
  Json notifications = Json::array();
  for (const auto& diagnostic : result.diagnostics) {
    auto item = notification(diagnostic.code, diagnostic.message, diagnostic.severity);
    if (!diagnostic.path.empty()) {
      item["locations"] =
          Json::array({location({diagnostic.path, diagnostic.span.value_or(Span{})})});
    }
    notifications.push_back(std::move(item));
  }
  if (written < result.findings.size()) {
    notifications.push_back(notification(
        "results-left-out",
        fmt::format("{} of {} findings were left out, the least certain first: code scanning takes "
                    "{} results per run",
                    result.findings.size() - written, result.findings.size(), kMostResults),
        Severity::warning));
  }
  return {{"executionSuccessful", true}, {"toolExecutionNotifications", std::move(notifications)}};
}

Json coverage(const CheckResult& result) {
  const auto& c = result.coverage;
  Json out = {{"filesFound", c.files_found},
              {"filesAnalysed", c.files_analysed},
              {"filesWithSyntaxErrors", c.files_with_syntax_errors},
              {"filesFailed", c.files_failed},
              {"lines", c.lines},
              {"functions", c.functions},
              {"callsSeen", c.calls_seen},
              {"callsResolved", c.calls_resolved},
              {"accessesSeen", c.accesses_seen},
              {"accessesResolved", c.accesses_resolved},
              {"locks", c.locks},
              {"threadRoots", c.thread_roots},
              {"sharedLocations", c.shared_locations},
              {"regions", c.regions}};
  if (c.c.units_found == 0) return out;
  out["c"] = {{"unitsFound", c.c.units_found},
              {"unitsAnalysed", c.c.units_analysed},
              {"unitsMissingHeaders", c.c.units_missing_headers},
              {"unitsWithErrors", c.c.units_with_errors},
              {"unitsFailed", c.c.units_failed},
              {"unitsGilConditional", c.c.units_gil_conditional},
              {"unitsBothBuilds", c.c.units_both_builds},
              {"lines", c.c.lines},
              {"functions", c.c.functions},
              {"entryPoints", c.c.entry_points},
              {"globals", c.c.globals}};
  if (!c.c.python_headers.empty()) out["c"]["pythonHeaders"] = c.c.python_headers;
  if (!c.c.left_out.empty()) out["c"]["leftOut"] = c.c.left_out;
  return out;
}

}  // namespace

void render_sarif(std::ostream& out, const CheckResult& result, const RenderOptions& options) {
  const RuleTable rules(result, options);
  const auto selected = selection(result);

  Json driver{{"name", "gilcheck"}};
  if (!options.tool_version.empty()) {
    driver["version"] = options.tool_version;
    driver["semanticVersion"] = options.tool_version;
  }
  driver["rules"] = rules.array();

  Json properties{{"coverage", coverage(result)}};
  if (!options.python_version.empty()) properties["pythonVersion"] = options.python_version;

  // Written by hand around the results, so that memory does not grow with their number.
  out << "{\n\"$schema\": " << to_text(Json(kSchema))
      << ",\n\"version\": \"2.1.0\",\n\"runs\": [{\n"
      << "\"tool\": " << to_text({{"driver", std::move(driver)}}) << ",\n"
      << "\"columnKind\": \"unicodeCodePoints\",\n"
      << "\"originalUriBaseIds\": "
      << to_text(
             {{"%SRCROOT%", {{"description", {{"text", "The directory gilcheck was run for"}}}}}})
      << ",\n"
      << "\"invocations\": " << to_text(Json::array({invocation(result, selected.size())})) << ",\n"
      << "\"properties\": " << to_text(properties) << ",\n"
      << "\"results\": [";
  LineHashes hashes(options);
  const char* separator = "\n";
  for (const auto index : selected) {
    out << separator << to_text(result_object(result.findings[index], rules, hashes));
    separator = ",\n";
  }
  out << "\n]\n}]\n}\n";
}

}  // namespace gilcheck::report
