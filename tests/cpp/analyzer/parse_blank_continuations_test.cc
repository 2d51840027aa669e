#include "analyzer/parse/blank_continuations.h"

#include <gtest/gtest.h>

#include <string>

#include "analyzer/parse/syntax_tree.h"

namespace gilcheck::analyzer {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST(BlankContinuations, AFewAreLeftAlone) {
  EXPECT_EQ(join_blank_continuations("x = 1 \\\n \\\n \\\n + 2\n"), "");
  EXPECT_EQ(join_blank_continuations("x = 1\n"), "");
  EXPECT_EQ(join_blank_continuations("x = 1 \\"), "");
}

TEST(BlankContinuations, ManyAreBlankedWhereTheyStand) {
  const std::string text = "x = 1 \\\n" + repeated("\t\\\n", 1000) + "+ 2\ny = 3\n";
  const std::string joined = join_blank_continuations(text);
  ASSERT_EQ(joined.size(), text.size());
  EXPECT_TRUE(joined.starts_with("x = 1 \\\n\t\\\n    "));
  EXPECT_TRUE(joined.ends_with("    + 2\ny = 3\n"));
}

TEST(BlankContinuations, TheTreeIsTheSame) {
  for (const std::string& text :
       {"x = 1 \\\n" + repeated(" \\\n", 300) + " + 2\ny = 3\n",
        "# comment \\\n" + repeated(" \\\n", 300) + "y = 3\n",
        "x = '''\\\n" + repeated(" \\\n", 300) + "'''\ny = 3\n",
        "def f():\n    x = 1 \\\r\n" + repeated("\\\r\n", 300) + "    \\\n + 2\n"}) {
    SyntaxTree tree;
    parse(text, tree);
    SyntaxTree written;
    parse_as_written(text, written);
    ASSERT_EQ(tree.nodes.size(), written.nodes.size()) << text.substr(0, 20);
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
      EXPECT_EQ(tree.nodes[i].kind, written.nodes[i].kind);
      EXPECT_EQ(tree.nodes[i].range, written.nodes[i].range);
    }
    EXPECT_EQ(tree.syntax_errors, written.syntax_errors);
  }
}

}  // namespace
}  // namespace gilcheck::analyzer
