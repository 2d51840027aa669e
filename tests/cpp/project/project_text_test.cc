// Paths, sizes, versions, suggestions: the small functions on text.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "project/closest_word.h"
#include "project/paths.h"
#include "project/setting_values.h"
#include "project/user_error.h"
#include "temporary_tree.h"

namespace gilcheck::project {
namespace {

TEST(Paths, AbsolutePathIsNormal) {
  EXPECT_EQ(absolute_path("a/./b//c/../d", "/w"), "/w/a/b/d");
  EXPECT_EQ(absolute_path("../../x", "/"), "/x");
  EXPECT_EQ(absolute_path(".", "/w"), "/w");
  EXPECT_EQ(absolute_path("/", "/w"), "/");
}

TEST(Paths, DotDotBehindALinkGoesWhereTheLinkLeads) {
  TemporaryTree tree;
  tree.directory("real/deep");
  tree.link("real/deep", "link");
  EXPECT_EQ(absolute_path("link/../x.py", tree.root()), tree.path("real/x.py"));
}

TEST(Paths, RelativeAndCommon) {
  EXPECT_EQ(relative_to("/a/b/c", "/a"), "b/c");
  EXPECT_EQ(relative_to("/a/x", "/a/b/c"), "../../x");
  EXPECT_EQ(relative_to("/a", "/a"), ".");
  EXPECT_EQ(relative_to("/a", "/"), "a");
  EXPECT_EQ(common_directory("/a/b/c", "/a/bx"), "/a");
  EXPECT_EQ(common_directory("/a", "/b"), "/");
  EXPECT_TRUE(is_within("/a/b", "/a"));
  EXPECT_FALSE(is_within("/ab", "/a"));
  EXPECT_EQ(parent_of("/a"), "/");
}

TEST(Paths, DisplayableKeepsTextAndEscapesTheRest) {
  EXPECT_EQ(displayable("caf\xC3\xA9/\xF0\x9F\x90\x8D.py"), "caf\xC3\xA9/\xF0\x9F\x90\x8D.py");
  EXPECT_EQ(displayable("a\x1B[31m"), "a\\x1b[31m");
  EXPECT_EQ(displayable("\xC0\x80\xED\xA0\x80"), "\\xc0\\x80\\xed\\xa0\\x80");
  EXPECT_EQ(displayable("a\\x41"), "a\\x5cx41");
}

TEST(ClosestWord, FindsSlipsOfTheKeyboardOnly) {
  constexpr std::array<std::string_view, 4> kWords = {"select", "extend-select", "assume", "jobs"};
  EXPECT_EQ(closest_word("selct", kWords), "select");
  EXPECT_EQ(closest_word("Select", kWords), "select");
  EXPECT_EQ(closest_word("extend_select", kWords), "extend-select");
  EXPECT_EQ(closest_word("asusme", kWords), "assume");
  EXPECT_EQ(closest_word("ass", kWords), "assume");
  EXPECT_EQ(closest_word("colour", kWords), "");
  EXPECT_EQ(closest_word("", kWords), "");
}

TEST(SettingValues, Sizes) {
  EXPECT_EQ(parse_size("x", "1"), 1U);
  EXPECT_EQ(parse_size("x", "2k"), 2048U);
  EXPECT_EQ(parse_size("x", "64 MiB"), 64U << 20U);
  EXPECT_EQ(parse_size("x", "1GB"), 1U << 30U);
  for (const auto* text : {"", "0", "MB", "1.5MB", "3GB", "99999999999999999999", "1TB", "-1"}) {
    EXPECT_THROW(parse_size("x", text), UserError) << text;
  }
}

TEST(SettingValues, PythonVersions) {
  EXPECT_EQ(parse_python_version("x", "3.9").minor, 9);
  EXPECT_EQ(parse_python_version("x", "3.13.2").minor, 13);
  EXPECT_EQ(parse_python_version("x", "py3.14").minor, 14);
  for (const auto* text : {"", "3", "3.", "2.7", "3.x", "3.-1", "4.0", "3.13.", "three"}) {
    EXPECT_THROW(parse_python_version("x", text), UserError) << text;
  }
}

}  // namespace
}  // namespace gilcheck::project
