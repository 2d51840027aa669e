#include "cli/shown_paths.h"

#include <gtest/gtest.h>

namespace gilcheck::cli {
namespace {

CheckResult result_in(const std::string& path) {
  CheckResult result;
  Finding finding;
  finding.path = path;
  finding.region = {{AccessKind::read, {path, {3, 1, 3, 2}}, "f", {}, ""}};
  finding.evidence = {{EvidenceKind::root, "started in " + path + ":7", Site{path, {7, 1, 7, 2}}}};
  result.findings = {finding};
  result.diagnostics = {{Severity::warning, "x", "m", path, std::nullopt},
                        {Severity::warning, "x", "about no file", "", std::nullopt}};
  return result;
}

TEST(ShownPaths, InTheRootNothingChanges) {
  CheckResult result = result_in("a/b.py");
  ShownPaths paths("/p", "/p");
  paths.apply(result);
  EXPECT_EQ(result.findings[0].path, "a/b.py");
  EXPECT_EQ(paths.original("a/b.py"), "a/b.py");
}

TEST(ShownPaths, BelowTheWorkingDirectoryTheyAreRelative) {
  CheckResult result = result_in("a/b.py");
  ShownPaths paths("/p", "/p/a");
  paths.apply(result);
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.path, "b.py");
  EXPECT_EQ(finding.region[0].site.path, "b.py");
  EXPECT_EQ(finding.evidence[0].site->path, "b.py");
  EXPECT_EQ(finding.evidence[0].text, "started in b.py:7");
  EXPECT_EQ(result.diagnostics[0].path, "b.py");
  EXPECT_EQ(result.diagnostics[1].path, "");
  EXPECT_EQ(paths.original("b.py"), "a/b.py");
}

TEST(ShownPaths, ElsewhereTheyAreAbsolute) {
  CheckResult result = result_in("a/b.py");
  ShownPaths paths("/p", "/q");
  paths.apply(result);
  EXPECT_EQ(result.findings[0].path, "/p/a/b.py");
  EXPECT_EQ(paths.original("/p/a/b.py"), "a/b.py");
}

}  // namespace
}  // namespace gilcheck::cli
