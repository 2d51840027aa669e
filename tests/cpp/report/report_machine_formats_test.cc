#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "report/line_hash.h"
#include "report/report.h"
#include "rules/catalogue.h"
#include "tests/cpp/report/sample_result.h"

namespace gilcheck::report {
namespace {

using nlohmann::json;

json parsed(Format format, const CheckResult& result, const RenderOptions& options) {
  return json::parse(render(format, result, options));
}

const json& by_path(const json& findings, std::string_view path) {
  for (const auto& finding : findings) {
    if (finding.at("path") == path) return finding;
  }
  throw std::out_of_range(std::string(path));
}

const json& by_uri(const json& results, std::string_view uri) {
  for (const auto& result : results) {
    if (result.at("/locations/0/physicalLocation/artifactLocation/uri"_json_pointer) == uri) {
      return result;
    }
  }
  throw std::out_of_range(std::string(uri));
}

TEST(JsonFormat, CarriesTheWholeFinding) {
  Sample sample;
  const auto root = parsed(Format::json, sample.result, sample.options());
  EXPECT_EQ(root.at("version"), "1.2.3");
  EXPECT_EQ(root.at("findings").size(), 6U);
  EXPECT_EQ(root.at("diagnostics").size(), 3U);
  const auto& finding = by_path(root.at("findings"), "pkg/cache.py");
  EXPECT_EQ(finding.at("rule"), "GIL102");
  EXPECT_EQ(finding.at("name"), "check-then-act");
  EXPECT_EQ(finding.at("severity"), "error");
  EXPECT_EQ(finding.at("confidence"), "high");
  EXPECT_EQ(finding.at("class"), "already-racy");
  EXPECT_EQ(finding.at("status"), "static");
  EXPECT_EQ(finding.at("line"), 7);
  EXPECT_EQ(finding.at("column"), 8);
  EXPECT_EQ(finding.at("end_column"), 24);
  EXPECT_EQ(finding.at("location"), (json{{"kind", "global"}, {"name", "pkg.cache.cache"}}));
  EXPECT_EQ(finding.at("region").size(), 2U);
  EXPECT_EQ(finding.at("region")[0].at("kind"), "test");
  EXPECT_EQ(finding.at("conflicts")[2].at("locks"), json::array({"admin_lock"}));
  EXPECT_EQ(finding.at("conflicts")[2].at("note"), "empties cache");
  EXPECT_EQ(finding.at("evidence")[0].at("line"), 3);
  EXPECT_EQ(finding.at("evidence")[1].at("line"), nullptr);
  EXPECT_EQ(finding.at("switch_point").at("kind"), "call");
  EXPECT_EQ(finding.at("switch_point").at("certain"), true);
  EXPECT_EQ(finding.at("suppressed"), false);
  EXPECT_EQ(finding.at("suppression_reason"), nullptr);
}

TEST(JsonFormat, WritesNullWhereThereIsNothing) {
  Sample sample;
  const auto root = parsed(Format::json, sample.result, sample.options());
  EXPECT_EQ(by_path(root.at("findings"), "pkg/gone.py").at("class"), nullptr);
  EXPECT_EQ(by_path(root.at("findings"), "pkg/gone.py").at("switch_point"), nullptr);
  EXPECT_EQ(root.at("diagnostics")[1].at("line"), nullptr);
  EXPECT_EQ(root.at("diagnostics")[2].at("path"), nullptr);
  const auto empty = parsed(Format::json, CheckResult{}, RenderOptions{});
  EXPECT_EQ(empty.at("findings"), json::array());
}

TEST(JsonFormat, KeepsSuppressedFindingsWithTheirReason) {
  Sample sample;
  const auto root = parsed(Format::json, sample.result, sample.options());
  const auto& finding = by_path(root.at("findings"), "pkg/quiet.py");
  EXPECT_EQ(finding.at("suppressed"), true);
  EXPECT_EQ(finding.at("suppression_reason"), "only called before the threads start");
}

TEST(JsonFormat, TellsEveryDenominator) {
  Sample sample;
  const auto root = parsed(Format::json, sample.result, sample.options());
  EXPECT_EQ(root.at("coverage").size(), 18U);
  EXPECT_EQ(root.at("coverage").at("accesses_resolved"), 8995);
}

TEST(JsonFormat, IsUtf8WhateverComesIn) {
  Sample sample;
  const auto root = parsed(Format::json, sample.result, sample.options());
  EXPECT_EQ(by_path(root.at("findings"), "pkg/gone.py").at("evidence")[0].at("text"),
            "bytes that are not UTF-8: \xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(by_path(root.at("findings"), "pkg/gone.py").at("message"),
            "an iterator is advanced by several threads\x1b[2J\n::error::forged");
}

class SarifFormat : public testing::Test {
 protected:
  Sample sample;
  json run = parsed(Format::sarif, sample.result, sample.options()).at("runs").at(0);
  const json& results = run.at("results");
};

TEST_F(SarifFormat, DescribesTheTool) {
  const auto& driver = run.at("tool").at("driver");
  EXPECT_EQ(driver.at("name"), "gilcheck");
  EXPECT_EQ(driver.at("version"), "1.2.3");
  EXPECT_EQ(run.at("columnKind"), "unicodeCodePoints");
  EXPECT_EQ(run.at("properties").at("coverage").at("threadRoots"), 5);
  EXPECT_EQ(run.at("properties").at("pythonVersion"), "3.14");
}

TEST_F(SarifFormat, ListsTheCatalogueSortedWithHelp) {
  const auto& rules = run.at("tool").at("driver").at("rules");
  ASSERT_GE(rules.size(), rules::all().size());
  for (std::size_t i = 1; i < rules.size(); ++i)
    EXPECT_LT(rules[i - 1].at("id"), rules[i].at("id"));
  for (const auto& rule : rules) {
    const auto* page = rules::find(rule.at("id").get<std::string>());
    ASSERT_NE(page, nullptr);
    EXPECT_EQ(rule.at("name"), page->name);
    EXPECT_EQ(rule.at("help").at("markdown"), page->markdown);
    EXPECT_EQ(rule.at("helpUri"), "https://example.org/rules/" + std::string(page->code) + "-" +
                                      std::string(page->name) + ".md");
    EXPECT_LE(rule.at("properties").at("tags").size(), 10U);
    EXPECT_TRUE(rule.contains("/defaultConfiguration/level"_json_pointer));
  }
}

TEST_F(SarifFormat, PointsEveryResultAtItsRule) {
  EXPECT_EQ(results.size(), 6U);
  for (const auto& result : results) {
    const auto index = result.at("ruleIndex").get<std::size_t>();
    EXPECT_EQ(run.at("tool").at("driver").at("rules").at(index).at("id"), result.at("ruleId"));
  }
}

TEST_F(SarifFormat, ListsRulesTheCatalogueDoesNotKnow) {
  auto result = sample.only("pkg/stats.py");
  result.findings[0].rule = "GIL999";
  const auto other = parsed(Format::sarif, result, sample.options()).at("runs").at(0);
  const auto index = other.at("results")[0].at("ruleIndex").get<std::size_t>();
  EXPECT_EQ(other.at("tool").at("driver").at("rules").at(index).at("id"), "GIL999");
}

TEST_F(SarifFormat, HasRelativePercentEncodedUris) {
  const auto text = run.dump();
  EXPECT_NE(text.find("\"uri\":\"admin%20tool/50%25%3Aops%2C1.py\",\"uriBaseId\":\"%SRCROOT%\""),
            std::string::npos);
  EXPECT_EQ(text.find("file://"), std::string::npos);
}

TEST_F(SarifFormat, HasColumnsFromOneInCodePoints) {
  const auto& region =
      by_uri(results, "pkg/wide.py").at("/locations/0/physicalLocation/region"_json_pointer);
  EXPECT_EQ(region,
            (json{{"startLine", 3}, {"startColumn", 13}, {"endLine", 3}, {"endColumn", 27}}));
}

TEST_F(SarifFormat, TellsTheTearingScheduleInTwoThreadFlows) {
  const auto& flows = by_uri(results, "pkg/cache.py").at("/codeFlows/0/threadFlows"_json_pointer);
  ASSERT_EQ(flows.size(), 2U);
  std::vector<int> mine;
  std::vector<int> theirs;
  for (const auto& step : flows[0].at("locations")) mine.push_back(step.at("executionOrder"));
  for (const auto& step : flows[1].at("locations")) theirs.push_back(step.at("executionOrder"));
  EXPECT_EQ(mine, (std::vector<int>{1, 5}));
  EXPECT_EQ(theirs, (std::vector<int>{2, 3, 4}));
  EXPECT_EQ(flows[1].at("/locations/2/state/locks/text"_json_pointer), "admin_lock");
}

TEST_F(SarifFormat, SplitsAnUpdateIntoItsReadAndItsWrite) {
  const auto& flows = by_uri(results, "pkg/stats.py").at("/codeFlows/0/threadFlows"_json_pointer);
  ASSERT_EQ(flows[0].at("locations").size(), 2U);
  EXPECT_EQ(flows[0].at("/locations/0/location/message/text"_json_pointer),
            "reads Stats.n; no lock is held");
  EXPECT_EQ(flows[1].at("/locations/0/executionOrder"_json_pointer), 2);
  EXPECT_EQ(flows[0].at("/locations/1/executionOrder"_json_pointer), 3);
}

TEST_F(SarifFormat, RelatesTheGuardingLockFirst) {
  const auto& related = by_uri(results, "pkg/stats.py").at("relatedLocations");
  EXPECT_EQ(related[0].at("id"), 0);
  EXPECT_EQ(related[0].at("/physicalLocation/region/startLine"_json_pointer), 13);
  EXPECT_NE(related[0].at("/message/text"_json_pointer).get<std::string>().find("self._lock"),
            std::string::npos);
  EXPECT_EQ(related[1].at("/physicalLocation/region/startLine"_json_pointer), 22);
}

TEST_F(SarifFormat, MarksSuppressedResults) {
  EXPECT_EQ(by_uri(results, "pkg/quiet.py").at("suppressions"),
            (json::array({{{"kind", "inSource"},
                           {"justification", "only called before the threads start"}}})));
  EXPECT_EQ(by_uri(results, "pkg/stats.py").at("suppressions"), json::array());
}

TEST_F(SarifFormat, CarriesTheVerdictAsProperties) {
  const auto& result = by_uri(results, "pkg/wide.py");
  EXPECT_EQ(result.at("/properties/class"_json_pointer), "gil-masked-if-builtin");
  EXPECT_EQ(result.at("/properties/confidence"_json_pointer), "medium");
  EXPECT_EQ(result.at("/properties/switch_point/certain"_json_pointer), false);
  EXPECT_EQ(by_uri(results, "pkg/gone.py").at("/properties/class"_json_pointer), nullptr);
  EXPECT_GT(by_uri(results, "pkg/stats.py").at("rank"), result.at("rank"));
}

TEST_F(SarifFormat, EscapesWhatWouldReadAsALink) {
  const auto text =
      by_uri(results, "pkg/cache.py").at("/message/text"_json_pointer).get<std::string>();
  EXPECT_NE(text.find("d[k\\](x)"), std::string::npos) << text;
}

TEST_F(SarifFormat, NotifiesOfDiagnostics) {
  const auto& notes = run.at("/invocations/0/toolExecutionNotifications"_json_pointer);
  ASSERT_EQ(notes.size(), 3U);
  EXPECT_EQ(notes[0].at("/descriptor/id"_json_pointer), "syntax-error");
  EXPECT_EQ(notes[0].at("/locations/0/physicalLocation/region/startLine"_json_pointer), 3);
  EXPECT_FALSE(notes[1].at("/locations/0/physicalLocation"_json_pointer).contains("region"));
  EXPECT_FALSE(notes[2].contains("locations"));
}

TEST_F(SarifFormat, GivesEveryResultOfARuleInAFileItsOwnLineHash) {
  auto result = sample.only("pkg/stats.py");
  result.findings.push_back(result.findings[0]);
  result.findings[1].fingerprint = "00000000000000b1";
  const auto both =
      parsed(Format::sarif, result, sample.options()).at("/runs/0/results"_json_pointer);
  const auto hash = [&](std::size_t i) {
    return both[i]
        .at("/partialFingerprints/primaryLocationLineHash"_json_pointer)
        .get<std::string>();
  };
  EXPECT_EQ(hash(0), line_hashes(sample.sources.at("pkg/stats.py").text())[9]);
  EXPECT_EQ(hash(1), "00000000000000b1:1");
  EXPECT_EQ(both[1].at("/partialFingerprints/gilcheck~1v1"_json_pointer), "00000000000000b1");
}

TEST(SarifLimits, KeepsTheBestOfTooManyResultsAndSaysSo) {
  CheckResult result;
  for (std::uint32_t i = 0; i < 25'100; ++i) {
    Finding f;
    f.rule = "GIL101";
    f.message = "m";
    f.path = "a.py";
    f.span = {i + 1, 1, i + 1, 2};
    f.confidence = i < 5'100 ? Confidence::low : Confidence::high;
    result.findings.push_back(f);
  }
  const auto run = parsed(Format::sarif, result, RenderOptions{}).at("runs").at(0);
  EXPECT_EQ(run.at("results").size(), 25'000U);
  std::size_t high = 0;
  int last_line = 0;
  for (const auto& item : run.at("results")) {
    if (item.at("properties").at("confidence") == "high") ++high;
    const int line = item.at("/locations/0/physicalLocation/region/startLine"_json_pointer);
    EXPECT_GT(line, last_line);
    last_line = line;
  }
  EXPECT_EQ(high, 20'000U);
  const auto& note = run.at("/invocations/0/toolExecutionNotifications/0"_json_pointer);
  EXPECT_EQ(note.at("/descriptor/id"_json_pointer), "results-left-out");
  EXPECT_NE(note.at("/message/text"_json_pointer).get<std::string>().find("100 of 25100"),
            std::string::npos);
}

TEST(SarifLimits, BoundsTheLocationsOfOneResult) {
  Sample sample;
  auto result = sample.only("pkg/stats.py");
  auto& finding = result.findings[0];
  for (std::uint32_t i = 1; i <= 5'000; ++i) {
    finding.conflicts.push_back({AccessKind::write, {"x.py", {i, 1, i, 2}}, "", {}, ""});
    finding.region.push_back({AccessKind::read, {"x.py", {i, 1, i, 2}}, "", {}, ""});
  }
  const auto item =
      parsed(Format::sarif, result, sample.options()).at("/runs/0/results/0"_json_pointer);
  EXPECT_EQ(item.at("relatedLocations").size(), 100U);
  for (const auto& flow : item.at("/codeFlows/0/threadFlows"_json_pointer)) {
    EXPECT_EQ(flow.at("locations").size(), 100U);
  }
}

TEST(LineHash, AgreesWithCodeScanning) {
  // Expected values from the tests of github/codeql-action (src/fingerprints.test.ts).
  EXPECT_EQ(line_hashes(""), (std::vector<std::string>{"c129715d7a2bc9a3:1"}));
  EXPECT_EQ(line_hashes("   a\nb\n  \t\tc\n d"),
            (std::vector<std::string>{"271789c17abda88f:1", "54703d4cd895b18:1",
                                      "180aee12dab6264:1", "a23a3dc5e078b07b:1"}));
}

TEST(LineHash, IgnoresBlanksAndTheKindOfLineBreak) {
  EXPECT_EQ(line_hashes("a b\r\nc\rd\n"), line_hashes("ab\nc\n\td\n"));
}

TEST(LineHash, NumbersEqualLines) {
  const std::string block(150, 'x');
  const auto hashes = line_hashes(block + "\n" + block + "\n" + block + "\n");
  ASSERT_EQ(hashes.size(), 4U);
  EXPECT_TRUE(hashes[0].ends_with(":1"));
  EXPECT_EQ(hashes[1].substr(0, hashes[1].find(':')), hashes[0].substr(0, hashes[0].find(':')));
  EXPECT_TRUE(hashes[1].ends_with(":2"));
  EXPECT_TRUE(hashes[2].ends_with(":3"));
}

}  // namespace
}  // namespace gilcheck::report
