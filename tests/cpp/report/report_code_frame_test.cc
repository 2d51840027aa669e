#include <gtest/gtest.h>

#include "report/code_frame.h"

namespace gilcheck::report {
namespace {

std::string frame(const std::string& text, std::vector<Mark> marks, std::size_t width = 0) {
  const SourceText source(text);
  FrameLayout layout;
  layout.width = width;
  return code_frame(source, std::move(marks), layout);
}

TEST(CodeFrame, ShowsTheEnclosingHeaderAndUnderlines) {
  EXPECT_EQ(frame("class A:\n    def f(self):\n        self.n += 1\n",
                  {{{3, 9, 3, 20}, MarkKind::region, "updates"}}),
            "    2 |     def f(self):\n"
            "    3 |         self.n += 1\n"
            "      |         ^^^^^^^^^^^ updates\n");
}

TEST(CodeFrame, LeavesOutFarLinesAndFillsSmallGaps) {
  EXPECT_EQ(frame("def f():\n    a\n    b\n    c\n    d\n    e\n    f\n    g\n",
                  {{{2, 5, 2, 6}, MarkKind::region, "1"}, {{5, 5, 5, 6}, MarkKind::region, "2"}}),
            "    1 | def f():\n"
            "    2 |     a\n"
            "      |     ^ 1\n"
            "    3 |     b\n"
            "    4 |     c\n"
            "    5 |     d\n"
            "      |     ^ 2\n");
  EXPECT_EQ(
      frame("def f():\n    a\n    b\n    c\n    d\n    e\n",
            {{{2, 5, 2, 6}, MarkKind::region, ""}, {{6, 5, 6, 6}, MarkKind::other_thread, ""}}),
      "    1 | def f():\n"
      "    2 |     a\n"
      "      |     ^\n"
      "  ...\n"
      "    6 |     e\n"
      "      |     -\n");
}

TEST(CodeFrame, StacksTheLabelsOfOneLine) {
  EXPECT_EQ(frame("d[k] = d.get(k, 0) + e\n", {{{1, 8, 1, 19}, MarkKind::region, "1: reads"},
                                               {{1, 1, 1, 5}, MarkKind::region, "2: writes"},
                                               {{1, 22, 1, 23}, MarkKind::other_thread, "third"}}),
            "    1 | d[k] = d.get(k, 0) + e\n"
            "      | ^^^^   ^^^^^^^^^^^   - third\n"
            "      | |      |\n"
            "      | |      1: reads\n"
            "      | 2: writes\n");
}

TEST(CodeFrame, GivesOverlappingMarksRowsOfTheirOwn) {
  EXPECT_EQ(frame("x = make(k)\n", {{{1, 1, 1, 12}, MarkKind::region, "writes"},
                                    {{1, 5, 1, 12}, MarkKind::switch_point, "switches"}}),
            "    1 | x = make(k)\n"
            "      | ^^^^^^^^^^^ writes\n"
            "      |     ~~~~~~~ switches\n");
}

TEST(CodeFrame, JoinsMarksOnOneSpan) {
  EXPECT_EQ(frame("n += 1\n", {{{1, 1, 1, 7}, MarkKind::region, "reads"},
                               {{1, 1, 1, 7}, MarkKind::region, "writes"},
                               {{1, 1, 1, 7}, MarkKind::region, "writes"}}),
            "    1 | n += 1\n"
            "      | ^^^^^^ reads, then writes\n");
}

TEST(CodeFrame, AlignsUnderTabsAndWideCharacters) {
  EXPECT_EQ(frame("\td[\"\xE9\x94\xAE\"] = 1\n", {{{1, 2, 1, 8}, MarkKind::region, "w"}}),
            "    1 |     d[\"\xE9\x94\xAE\"] = 1\n"
            "      |     ^^^^^^^ w\n");
}

TEST(CodeFrame, BracketsAMarkOfSeveralLines) {
  EXPECT_EQ(frame("a\nx = f(\n    1,\n)\n", {{{2, 1, 4, 2}, MarkKind::region, "writes x"}}),
            "    1 |   a\n"
            "    2 | / x = f(\n"
            "    3 | |     1,\n"
            "    4 | | )\n"
            "      | |_^ writes x\n");
  EXPECT_EQ(frame("y; x = f(\n  1)\n", {{{1, 4, 2, 5}, MarkKind::region, "writes x"}}),
            "    1 |   y; x = f(\n"
            "      |  ____^\n"
            "    2 | |   1)\n"
            "      | |____^ writes x\n");
}

TEST(CodeFrame, NestsBracketsInLanes) {
  EXPECT_EQ(frame("a(\n  b(\n    1,\n  ),\n)\n", {{{1, 1, 5, 2}, MarkKind::region, "outer"},
                                                  {{2, 3, 4, 4}, MarkKind::other_thread, "inner"}}),
            "    1 | /   a(\n"
            "    2 | | /   b(\n"
            "    3 | | |     1,\n"
            "    4 | | |   ),\n"
            "      | | |___- inner\n"
            "    5 | |   )\n"
            "      | |___^ outer\n");
}

TEST(CodeFrame, ShortensALongBracket) {
  std::string text = "x = [\n";
  for (int i = 0; i < 20; ++i) text += "    " + std::to_string(i) + ",\n";
  text += "]\n";
  EXPECT_EQ(frame(text, {{{1, 1, 22, 2}, MarkKind::region, "all"}}),
            "    1 | / x = [\n"
            "    2 | |     0,\n"
            "    3 | |     1,\n"
            "  ...   |\n"
            "   21 | |     19,\n"
            "   22 | | ]\n"
            "      | |_^ all\n");
}

TEST(CodeFrame, CutsALongLineAroundTheMark) {
  const std::string text = std::string(300, 'a') + " = " + std::string(300, 'b') + "\n";
  const auto out = frame(text, {{{1, 302, 1, 303}, MarkKind::region, "here"}}, 60);
  EXPECT_EQ(out,
            "    1 | ...aaaaaaaaaaa = bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...\n"
            "      |                ^ here\n");
  EXPECT_NE(frame(text, {{{1, 302, 1, 303}, MarkKind::region, "here"}}, 0).find(text), 0U);
}

TEST(CodeFrame, WrapsALabelThatDoesNotFit) {
  EXPECT_EQ(frame("value\n",
                  {{{1, 1, 1, 6},
                    MarkKind::region,
                    "reads the value that another thread may write at any time"}},
                  50),
            "    1 | value\n"
            "      | ^^^^^ reads the value that another thread\n"
            "      |       may write at any time\n");
}

TEST(CodeFrame, PutsALabelBelowWhereTheRowIsFull) {
  EXPECT_EQ(frame("some_function(argument_one, value)\n",
                  {{{1, 29, 1, 34}, MarkKind::region, "reads the value unguarded"}}, 50),
            "    1 | some_function(argument_one, value)\n"
            "      |                             ^^^^^\n"
            "      |                             |\n"
            "      |         reads the value unguarded\n");
}

TEST(CodeFrame, CutsSpansThatReachPastTheText) {
  EXPECT_EQ(frame("ab\n", {{{1, 2, 1, 90}, MarkKind::region, "x"}}), "    1 | ab\n      |  ^ x\n");
  EXPECT_EQ(frame("ab\ncd", {{{1, 1, 9, 1}, MarkKind::region, "x"}}),
            "    1 | / ab\n    2 | | cd\n      | |__^ x\n");
  EXPECT_EQ(frame("ab\n", {{{1, 40, 1, 41}, MarkKind::region, "x"}}),
            "    1 | ab\n      |   ^ x\n");
}

TEST(CodeFrame, DrawsNothingForLinesThatDoNotExist) {
  EXPECT_EQ(frame("", {{{1, 1, 1, 2}, MarkKind::region, "x"}}), "");
  EXPECT_EQ(frame("a\n", {{{2, 1, 2, 2}, MarkKind::region, "x"}}), "");
  EXPECT_EQ(frame("a\n", {{{0, 0, 0, 0}, MarkKind::region, "x"}}), "");
  EXPECT_EQ(frame("a\n", {}), "");
}

TEST(CodeFrame, ShowsABlankMarkedLine) {
  EXPECT_EQ(frame("a\n\nb\n", {{{2, 1, 2, 1}, MarkKind::region, "x"}}),
            "    1 | a\n    2 |\n      | ^ x\n");
}

TEST(CodeFrame, ColoursOnlyWhenAsked) {
  const SourceText source("n += 1\n");
  FrameLayout layout;
  EXPECT_EQ(code_frame(source, {{{1, 1, 1, 7}, MarkKind::region, "x"}}, layout).find('\x1b'),
            std::string::npos);
  layout.paint = Painter(true);
  EXPECT_NE(code_frame(source, {{{1, 1, 1, 7}, MarkKind::region, "x"}}, layout).find('\x1b'),
            std::string::npos);
}

}  // namespace
}  // namespace gilcheck::report
