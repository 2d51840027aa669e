#include "project/ignore_patterns.h"

#include <gtest/gtest.h>

#include <string>

namespace gilcheck::project {
namespace {

using Verdict = IgnorePatterns::Verdict;

bool ignored(std::string_view patterns, std::string_view path, bool is_directory = false) {
  return IgnorePatterns::parse(patterns).match(path, is_directory) == Verdict::ignored;
}

TEST(IgnorePatterns, NameWithoutSlashMatchesAtEveryLevel) {
  EXPECT_TRUE(ignored("build", "build"));
  EXPECT_TRUE(ignored("build", "a/b/build"));
  EXPECT_FALSE(ignored("build", "a/builder"));
  EXPECT_FALSE(ignored("build", "build/x"));  // the walk does not get there
}

TEST(IgnorePatterns, SlashAtTheStartOrInTheMiddleAnchors) {
  EXPECT_TRUE(ignored("/build", "build"));
  EXPECT_FALSE(ignored("/build", "a/build"));
  EXPECT_TRUE(ignored("a/build", "a/build"));
  EXPECT_FALSE(ignored("a/build", "b/a/build"));
}

TEST(IgnorePatterns, TrailingSlashMeansDirectoriesOnly) {
  EXPECT_TRUE(ignored("build/", "a/build", true));
  EXPECT_FALSE(ignored("build/", "a/build", false));
  EXPECT_TRUE(ignored("/a/build/", "a/build", true));
}

TEST(IgnorePatterns, LastMatchDecidesAndExclamationTakesBack) {
  EXPECT_FALSE(ignored("*.py\n!keep.py\n", "keep.py"));
  EXPECT_TRUE(ignored("!keep.py\n*.py\n", "keep.py"));
  EXPECT_EQ(IgnorePatterns::parse("!x").match("x", false), Verdict::kept);
  EXPECT_EQ(IgnorePatterns::parse("!x").match("y", false), Verdict::none);
}

TEST(IgnorePatterns, StarAndQuestionMarkStopAtSlashes) {
  EXPECT_TRUE(ignored("a/*.py", "a/x.py"));
  EXPECT_FALSE(ignored("a/*.py", "a/b/x.py"));
  EXPECT_TRUE(ignored("a?c", "abc"));
  EXPECT_FALSE(ignored("a?c", "ac"));
  EXPECT_FALSE(ignored("x/a?c", "x/a/c"));
  EXPECT_TRUE(ignored("a?c",
                      "a\xC3\xA9"
                      "c"));
}

TEST(IgnorePatterns, DoubleStarCrossesDirectories) {
  EXPECT_TRUE(ignored("**/x", "x"));
  EXPECT_TRUE(ignored("**/x", "a/b/x"));
  EXPECT_TRUE(ignored("**/a/x", "b/a/x"));
  EXPECT_TRUE(ignored("a/**/x", "a/x"));
  EXPECT_TRUE(ignored("a/**/x", "a/b/c/x"));
  EXPECT_TRUE(ignored("a/**", "a/b"));
  EXPECT_TRUE(ignored("a/**", "a/b/c"));
  EXPECT_FALSE(ignored("a/**", "a", true));
  EXPECT_TRUE(ignored("a/**/b/**/c", "a/b/x/b/y/c"));
  EXPECT_FALSE(ignored("a/**/b/**/c", "a/x/c"));
}

TEST(IgnorePatterns, CharacterClasses) {
  EXPECT_TRUE(ignored("[ab].py", "a.py"));
  EXPECT_FALSE(ignored("[!ab].py", "a.py"));
  EXPECT_TRUE(ignored("[^ab].py", "c.py"));
  EXPECT_TRUE(ignored("x[0-9]", "x7"));
  EXPECT_TRUE(ignored("x[]-]", "x]"));
  EXPECT_TRUE(ignored("x[[:digit:]_]", "x_"));
  EXPECT_FALSE(ignored("x[[:digit:]]", "xa"));
  EXPECT_FALSE(ignored("x[ab", "xa"));  // never closed
}

TEST(IgnorePatterns, CommentsBlanksAndEscapes) {
  EXPECT_FALSE(ignored("# x\n\n", "x"));
  EXPECT_TRUE(ignored("\\#x", "#x"));
  EXPECT_TRUE(ignored("\\!x", "!x"));
  EXPECT_TRUE(ignored("x   ", "x"));
  EXPECT_TRUE(ignored("x\\ ", "x "));
  EXPECT_TRUE(ignored("a\\*", "a*"));
  EXPECT_FALSE(ignored("a\\*", "ab"));
}

TEST(IgnorePatterns, ByteOrderMarkAndCarriageReturns) {
  EXPECT_TRUE(ignored("\xEF\xBB\xBFx\r\ny\r\n", "x"));
  EXPECT_TRUE(ignored("\xEF\xBB\xBFx\r\ny\r\n", "y"));
}

TEST(IgnorePatterns, HostilePatternsTakeNoTime) {
  const std::string stars = "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";
  EXPECT_FALSE(matches_segment(stars, std::string(5000, 'a')));
  std::string pattern;
  std::string path;
  for (int i = 0; i < 40; ++i) pattern += "**/a/";
  for (int i = 0; i < 400; ++i) path += "a/";
  EXPECT_FALSE(ignored(pattern + "b", path + "c"));
}

}  // namespace
}  // namespace gilcheck::project
