#include "project/suppressions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gilcheck::project {
namespace {

using analyzer::DirectiveKind;
using testing::HasSubstr;

Directive ignore(std::vector<std::string> codes, std::uint32_t first, std::uint32_t last,
                 std::string reason = "") {
  return {DirectiveKind::ignore, first, last, std::move(codes), std::move(reason),
          {first, 1, first, 9}};
}

AccessRecord access(std::string path, std::uint32_t line) {
  AccessRecord out;
  out.site = {std::move(path), {line, 1, line, 2}};
  return out;
}

Finding finding(std::string rule, std::string path, std::vector<std::uint32_t> lines) {
  Finding out;
  out.rule = std::move(rule);
  out.path = path;
  out.span = {lines[0], 1, lines[0], 2};
  for (const auto line : lines) out.region.push_back(access(path, line));
  return out;
}

class SuppressionsTest : public testing::Test {
 protected:
  std::vector<Diagnostic> apply() {
    const std::vector<FileDirectives> files = {{"a.py", &a_}, {"b.py", &b_}};
    return apply_suppressions(findings_, files, Selection(settings_));
  }
  Settings settings_;
  std::vector<Directive> a_;
  std::vector<Directive> b_;
  std::vector<Finding> findings_;
};

TEST_F(SuppressionsTest, CoversTheFirstLineOfAnyAccess) {
  a_ = {ignore({"GIL102"}, 7, 7, "only at start-up")};
  findings_ = {finding("GIL102", "a.py", {5, 7}), finding("GIL102", "a.py", {5, 8})};
  EXPECT_TRUE(apply().empty());
  EXPECT_TRUE(findings_[0].suppressed);
  EXPECT_EQ(findings_[0].suppression_reason, "only at start-up");
  EXPECT_FALSE(findings_[1].suppressed);
}

TEST_F(SuppressionsTest, RuleNamesWorkAndOtherRulesDoNot) {
  a_ = {ignore({"check-then-act"}, 5, 5)};
  findings_ = {finding("GIL102", "a.py", {5}), finding("GIL101", "a.py", {5})};
  apply();
  EXPECT_TRUE(findings_[0].suppressed);
  EXPECT_FALSE(findings_[1].suppressed);
}

TEST_F(SuppressionsTest, OnlyInTheSameFile) {
  b_ = {ignore({"GIL101"}, 5, 5)};
  findings_ = {finding("GIL101", "a.py", {5})};
  const auto diagnostics = apply();
  EXPECT_FALSE(findings_[0].suppressed);
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].code, "unused-suppression");
  EXPECT_EQ(diagnostics[0].path, "b.py");
}

TEST_F(SuppressionsTest, AnAccessInAnotherFileIsCoveredThere) {
  b_ = {ignore({"GIL101"}, 3, 3)};
  findings_ = {finding("GIL101", "a.py", {5})};
  findings_[0].region.push_back(access("b.py", 3));
  EXPECT_TRUE(apply().empty());
  EXPECT_TRUE(findings_[0].suppressed);
}

TEST_F(SuppressionsTest, FileIgnoreCoversTheWholeFile) {
  a_ = {{DirectiveKind::file_ignore, 0, 0, {"GIL101"}, "", {1, 1, 1, 9}}};
  findings_ = {finding("GIL101", "a.py", {500}), finding("GIL101", "b.py", {1})};
  EXPECT_TRUE(apply().empty());
  EXPECT_TRUE(findings_[0].suppressed);
  EXPECT_FALSE(findings_[1].suppressed);
}

TEST_F(SuppressionsTest, EachCodeIsUsedOrUnusedByItself) {
  a_ = {ignore({"GIL101", "GIL105"}, 5, 5)};
  findings_ = {finding("GIL101", "a.py", {5})};
  const auto diagnostics = apply();
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_THAT(diagnostics[0].message, HasSubstr("GIL105"));
  EXPECT_EQ(diagnostics[0].span->line, 5U);
}

TEST_F(SuppressionsTest, ARuleThatDoesNotRunIsNotCalledUnused) {
  settings_.ignore = {"GIL105"};
  a_ = {ignore({"GIL105"}, 5, 5)};
  EXPECT_TRUE(apply().empty());
}

TEST_F(SuppressionsTest, UnknownAndMalformedCommentsAreReported) {
  a_ = {ignore({"GIL1O1"}, 5, 5),
        {DirectiveKind::malformed, 0, 0, {}, "no rule is named", {9, 1, 9, 9}}};
  const auto diagnostics = apply();
  ASSERT_EQ(diagnostics.size(), 2U);
  EXPECT_EQ(diagnostics[0].code, "unknown-rule");
  EXPECT_THAT(diagnostics[0].message, HasSubstr("did you mean"));
  EXPECT_EQ(diagnostics[1].code, "malformed-suppression");
  EXPECT_EQ(diagnostics[1].message, "no rule is named");
}

TEST_F(SuppressionsTest, ACommentNamesSingleRules) {
  a_ = {ignore({"ALL"}, 5, 5), ignore({"GIL1"}, 6, 6)};
  findings_ = {finding("GIL101", "a.py", {5})};
  const auto diagnostics = apply();
  ASSERT_EQ(diagnostics.size(), 2U);
  for (const auto& diagnostic : diagnostics) {
    EXPECT_EQ(diagnostic.code, "unknown-rule");
    EXPECT_THAT(diagnostic.message, HasSubstr("which is not one rule; name each"));
  }
  EXPECT_FALSE(findings_[0].suppressed);
}

}  // namespace
}  // namespace gilcheck::project
