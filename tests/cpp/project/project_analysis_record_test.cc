#include "project/analysis_record.h"

#include <gtest/gtest.h>

#include <random>

namespace gilcheck::project {
namespace {

analyzer::Analysis sample() {
  analyzer::Analysis out;
  Finding finding;
  finding.rule = "GIL102";
  finding.name = "check-then-act";
  finding.message = "m";
  finding.severity = Severity::error;
  finding.confidence = Confidence::high;
  finding.window = WindowClass::already_racy;
  finding.path = "a.py";
  finding.span = {1, 2, 3, 4};
  finding.symbol = "f";
  finding.location = {"global", "a.x"};
  finding.region = {{AccessKind::test, {"a.py", {1, 2, 3, 4}}, "f", {"self._lock", "b"}, "note"}};
  finding.conflicts = {{AccessKind::remove, {"b.py", {5, 6, 7, 8}}, "g", {}, ""}};
  finding.evidence = {{EvidenceKind::guard, "text", Site{"c.py", {9, 1, 9, 2}}},
                      {EvidenceKind::fix, "more", std::nullopt}};
  finding.switch_point = SwitchPoint{"call", "the call ends", {"a.py", {2, 1, 2, 5}}, false};
  finding.fingerprint = "0123456789abcdef";
  out.findings = {finding, Finding{}};
  out.coverage.functions = 12;
  out.coverage.regions = 99;
  out.no_concurrency_in_sight = true;
  return out;
}

TEST(AnalysisRecord, GivesBackWhatWasWritten) {
  const std::string bytes = write_analysis(sample());
  const auto read = read_analysis(bytes);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(write_analysis(*read), bytes);
  ASSERT_EQ(read->findings.size(), 2U);
  const Finding& finding = read->findings[0];
  EXPECT_EQ(finding.region[0].locks[1], "b");
  EXPECT_EQ(finding.conflicts[0].kind, AccessKind::remove);
  EXPECT_EQ(finding.evidence[0].site->path, "c.py");
  EXPECT_FALSE(finding.evidence[1].site.has_value());
  EXPECT_FALSE(finding.switch_point->certain);
  EXPECT_EQ(read->coverage.functions, 12U);
  EXPECT_EQ(read->coverage.regions, 99U);
  EXPECT_TRUE(read->no_concurrency_in_sight);
}

TEST(AnalysisRecord, TruncatedBytesAreRefused) {
  const std::string bytes = write_analysis(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(read_analysis(std::string_view(bytes).substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(read_analysis(bytes + "x").has_value());
}

TEST(AnalysisRecord, DamagedBytesNeverCrash) {
  const std::string bytes = write_analysis(sample());
  std::mt19937 random(3);
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = bytes;
    for (unsigned i = 0; i <= random() % 4; ++i) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    (void)read_analysis(damaged);
  }
}

}  // namespace
}  // namespace gilcheck::project
