#include "analyzer/detect/code_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace gilcheck::analyzer {
namespace {

std::string shown(std::string_view text, std::size_t most = 100) {
  const SourceText source{std::string(text)};
  return code_text(source, {0, static_cast<std::uint32_t>(text.size())}, most);
}

TEST(CodeText, FoldsLines) {
  EXPECT_EQ(shown("a = (\n    b +\n\tc\n)"), "a = ( b + c )");
  EXPECT_EQ(shown("a = b + \\\r\n    c"), "a = b + c");
}

TEST(CodeText, LeavesCommentsOut) {
  EXPECT_EQ(shown("self.n = (  # why\n    self.n +  # 'one'\n    # and\n    1)"),
            "self.n = ( self.n + 1)");
  EXPECT_EQ(shown("f(  # no end"), "f(");
}

TEST(CodeText, KeepsStrings) {
  EXPECT_EQ(shown("d['#'] += \"# \\\"#\" + 'it''s # 1'"), "d['#'] += \"# \\\"#\" + 'it''s # 1'");
  EXPECT_EQ(shown("d['''a\n'# b''']  # c"), "d['''a '# b''']");
  EXPECT_EQ(shown("d['\\n']"), "d['\\n']");
  EXPECT_EQ(shown("d['#"), "d['#");
}

TEST(CodeText, CutsAtCharacters) {
  EXPECT_EQ(shown("größe", 3), "grö...");
  EXPECT_EQ(shown("größe  # zu lang", 5), "größe");
}

}  // namespace
}  // namespace gilcheck::analyzer
