// Suppression comments in C, and columns of text that is not ASCII.

#include "project/c/c_directives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gilcheck::project {
namespace {

using analyzer::DirectiveKind;
using clang_plugin::Unit;
using testing::ElementsAre;
using testing::HasSubstr;

/// A unit with one comment: `mark` up to the end of its line.
struct Commented {
  SourceText source;
  Unit unit;

  Commented(std::string text, std::string_view mark) : source(c_source_text(text)) {
    unit.files = {"x.c"};
    unit.strings = {0, 0};
    const auto at = static_cast<std::uint32_t>(source.text().find(mark));
    const std::uint32_t line = source.line_of(at);
    const auto start = static_cast<std::uint32_t>(source.line(line).find(mark));
    std::string_view comment = source.line(line).substr(start);
    const auto width = static_cast<std::uint32_t>(comment.size());
    comment.remove_prefix(2);
    if (comment.ends_with("*/")) comment.remove_suffix(2);
    unit.string_data = comment;
    unit.strings.push_back(static_cast<std::uint32_t>(comment.size()));
    unit.comments.push_back({1, {0, line, start + 1, line, start + 1 + width}});
  }
  Directive only() const {
    const auto all = c_directives(unit, 0, source);
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? Directive{} : all[0];
  }
  std::size_t size() const { return c_directives(unit, 0, source).size(); }
};

TEST(CDirectives, AtTheEndOfALine) {
  const auto directive =
      Commented("int a;\nint n;  // gilcheck: ignore[GIL505, GIL506] only at start-up\n", "//")
          .only();
  EXPECT_EQ(directive.kind, DirectiveKind::ignore);
  EXPECT_THAT(directive.codes, ElementsAre("GIL505", "GIL506"));
  EXPECT_EQ(directive.reason, "only at start-up");
  EXPECT_EQ(directive.first_line, 2u);
  EXPECT_EQ(directive.last_line, 2u);
}

TEST(CDirectives, OnItsOwnLineItCoversTheNextStatement) {
  const auto directive = Commented(
                             "/* gilcheck: ignore[GIL505] why */\n\n/* more; */\nstatic int n =\n"
                             "    f(1, ';',\n      2);\nint m;\n",
                             "/* gil")
                             .only();
  EXPECT_EQ(directive.first_line, 4u);
  EXPECT_EQ(directive.last_line, 6u);
}

TEST(CDirectives, ACompoundStatementIsCoveredUpToItsBrace) {
  const auto directive =
      Commented("// gilcheck: ignore[GIL504] why\nif (a &&\n    b) {\n  c();\n}\n", "//").only();
  EXPECT_EQ(directive.first_line, 2u);
  EXPECT_EQ(directive.last_line, 3u);
}

TEST(CDirectives, WholeFile) {
  const auto directive = Commented("// gilcheck: file-ignore[GIL505] generated\n", "//").only();
  EXPECT_EQ(directive.kind, DirectiveKind::file_ignore);
}

TEST(CDirectives, CPythonsOwnConvention) {
  const auto directive = Commented("x = f(y);  // noqa: borrowed-ref OK\n", "//").only();
  EXPECT_TRUE(directive.foreign);
  EXPECT_THAT(directive.codes, ElementsAre("GIL503", "GIL504"));
  EXPECT_EQ(Commented("x = f(y);  // noqa: E501\n", "//").size(), 0u);
}

TEST(CDirectives, AnnotationsAreLeftToTheAnalysis) {
  for (const char* text : {"// gilcheck: guarded-by(lock)\n", "// gilcheck: init-only\n",
                           "// gilcheck: confined one thread only\n"}) {
    EXPECT_EQ(Commented(text, "//").size(), 0u) << text;
  }
}

TEST(CDirectives, MalformedOnesSayWhatToWrite) {
  EXPECT_THAT(Commented("int n;  // gilcheck: ignore\n", "//").only().reason, HasSubstr("name"));
  EXPECT_THAT(Commented("int n;  // gilcheck: ignore[]\n", "//").only().reason,
              HasSubstr("at least one"));
  const auto other = Commented("int n;  // gilcheck: igonre[GIL505]\n", "//").only();
  EXPECT_EQ(other.kind, DirectiveKind::malformed);
  EXPECT_THAT(other.reason, HasSubstr("'igonre'"));
}

TEST(CDirectives, ColumnsCountCodePoints) {
  const SourceText source = c_source_text("/* \xc3\xa9\xe2\x98\x83 \xff */ int n;\n");
  EXPECT_EQ(source.text(), "/* \xc3\xa9\xe2\x98\x83 ? */ int n;\n");
  const Span span = span_of({0, 1, 17, 1, 18}, source);
  EXPECT_EQ(span.column, 14u);
  EXPECT_EQ(span.end_column, 15u);
}

}  // namespace
}  // namespace gilcheck::project
