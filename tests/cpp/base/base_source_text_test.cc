// Lines and columns.

#include "base/source_text.h"

#include <gtest/gtest.h>

#include <string>

namespace gilcheck {
namespace {

Span span_of(const SourceText& source, std::string_view part) {
  const auto at = source.text().find(part);
  return source.span(
      {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + part.size())});
}

TEST(SourceText, EmptyHasNoLines) {
  const SourceText source("");
  EXPECT_EQ(source.line_count(), 0u);
  EXPECT_EQ(source.line(1), "");
  EXPECT_EQ(source.line_of(0), 1u);
  EXPECT_EQ(source.span({0, 0}), (Span{1, 1, 1, 1}));
}

TEST(SourceText, LastLineCountsWithAndWithoutALineBreak) {
  EXPECT_EQ(SourceText("a\nb\n").line_count(), 2u);
  EXPECT_EQ(SourceText("a\nb").line_count(), 2u);
  EXPECT_EQ(SourceText("a\n\n").line_count(), 2u);
}

TEST(SourceText, LinesEndAtLfCrLfAndCr) {
  const SourceText source("one\ntwo\r\nthree\rfour");
  ASSERT_EQ(source.line_count(), 4u);
  EXPECT_EQ(source.line(1), "one");
  EXPECT_EQ(source.line(2), "two");
  EXPECT_EQ(source.line(3), "three");
  EXPECT_EQ(source.line(4), "four");
  EXPECT_EQ(source.line(5), "");
  EXPECT_EQ(source.line(0), "");
}

TEST(SourceText, FormFeedEndsNoLine) {
  const SourceText source("a\fb\nc\n");
  EXPECT_EQ(source.line_count(), 2u);
  EXPECT_EQ(source.line(1), "a\fb");
}

TEST(SourceText, LineOfEveryOffset) {
  const SourceText source("ab\ncd\n");
  EXPECT_EQ(source.line_of(0), 1u);
  EXPECT_EQ(source.line_of(2), 1u);  // the line break belongs to its line
  EXPECT_EQ(source.line_of(3), 2u);
  EXPECT_EQ(source.line_of(1000), 3u);
}

TEST(SourceText, ColumnsCountCodePoints) {
  const SourceText source("größe = '𝄞𝄞' + x\n");
  EXPECT_EQ(span_of(source, "größe"), (Span{1, 1, 1, 6}));
  EXPECT_EQ(span_of(source, "x"), (Span{1, 16, 1, 17}));
}

TEST(SourceText, SpanOverLines) {
  const SourceText source("f(\n  1,\n)\n");
  EXPECT_EQ(source.span({0, 9}), (Span{1, 1, 3, 2}));
}

TEST(SourceText, SpanThatEndsAtALineBreakStaysOnItsLine) {
  const SourceText source("abc\ndef\n");
  EXPECT_EQ(source.span({0, 3}), (Span{1, 1, 1, 4}));
  EXPECT_EQ(source.span({0, 4}).end_line, 1u);
}

TEST(SourceText, EmptyRange) {
  const SourceText source("abc\ndef\n");
  EXPECT_EQ(source.span({5, 5}), (Span{2, 2, 2, 2}));
}

TEST(SourceText, RangesOutsideTheTextAreCut) {
  const SourceText source("abc\n");
  EXPECT_EQ(source.slice({2, 100}), "c\n");
  EXPECT_EQ(source.slice({50, 100}), "");
  EXPECT_EQ(source.slice({3, 1}), "");
  EXPECT_GE(source.span({50, 100}).line, 1u);
}

}  // namespace
}  // namespace gilcheck
