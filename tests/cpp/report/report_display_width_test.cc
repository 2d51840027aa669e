#include <gtest/gtest.h>

#include "report/display_width.h"
#include "report/wrap.h"

namespace gilcheck::report {
namespace {

TEST(DisplayWidth, CountsCellsNotCodePoints) {
  EXPECT_EQ(display_width("plain"), 5U);
  EXPECT_EQ(display_width("\xE9\x94\xAE"), 2U);                          // CJK ideograph
  EXPECT_EQ(display_width("\xEF\xBD\xB1"), 1U);                          // half-width katakana
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);                             // e + combining acute
  EXPECT_EQ(display_width("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"), 2U);  // conjoining Hangul
  EXPECT_EQ(display_width(""), 0U);
}

TEST(DisplayWidth, TakesAnEmojiSequenceForOneCharacter) {
  EXPECT_EQ(display_width("\xF0\x9F\x99\x82"), 2U);
  EXPECT_EQ(display_width("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"), 2U);  // woman ZWJ laptop
  EXPECT_EQ(display_width("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD"), 2U);              // thumb, skin tone
  EXPECT_EQ(display_width("\xE2\x9D\xA4\xEF\xB8\x8F"), 2U);          // heart, emoji style
  EXPECT_EQ(display_width("\xE2\x9D\xA4"), 1U);                      // heart as text
  EXPECT_EQ(display_width("\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA"), 2U);  // a flag
}

TEST(Printable, DisarmsWhatCouldForgeOutput) {
  EXPECT_EQ(printable("a\x1b[31mb"), "a\xE2\x90\x9B[31mb");  // ESC becomes its picture
  EXPECT_EQ(printable("a\nb\tc\rd"),
            "a\xE2\x90\x8A"
            "b\xE2\x90\x89"
            "c\xE2\x90\x8D"
            "d");
  EXPECT_EQ(printable("\x7F"), "\xE2\x90\xA1");
  EXPECT_EQ(printable("\xC2\x9B"), "\xEF\xBF\xBD");          // C1 CSI
  EXPECT_EQ(printable("x\xE2\x80\xAEy"), "x\xEF\xBF\xBDy");  // right-to-left override
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\xE2\x90\x80");
}

TEST(Printable, ReplacesEachByteThatIsNotUtf8) {
  EXPECT_EQ(printable("\xFF"
                      "a\xC3"),
            "\xEF\xBF\xBD"
            "a\xEF\xBF\xBD");
  EXPECT_EQ(printable("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  EXPECT_EQ(printable("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
  EXPECT_EQ(printable("\xF0\x9F\x99"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // cut short
}

TEST(DisplayLine, RunsTabsToTheNextStop) {
  const DisplayLine line("\ta\tb");
  EXPECT_EQ(line.cell_of(1), 0U);
  EXPECT_EQ(line.cell_of(2), 4U);
  EXPECT_EQ(line.cell_of(3), 5U);
  EXPECT_EQ(line.cell_of(4), 8U);
  EXPECT_EQ(line.slice(0, line.width()), "    a   b");
  EXPECT_EQ(line.indent(), 4U);
}

TEST(DisplayLine, ColumnsOutsideTheLineGiveItsEnds) {
  const DisplayLine line("ab");
  EXPECT_EQ(line.cell_of(0), 0U);
  EXPECT_EQ(line.cell_of(99), 2U);
  EXPECT_EQ(DisplayLine("").cell_of(5), 0U);
  EXPECT_EQ(DisplayLine("").width(), 0U);
  EXPECT_EQ(DisplayLine("  \t").indent(), 4U);
}

TEST(DisplayLine, CutsAWideCharacterIntoABlank) {
  const DisplayLine line(
      "a\xE9\x94\xAE"
      "b");
  EXPECT_EQ(line.slice(0, 2), "a ");
  EXPECT_EQ(line.slice(2, 4), " b");
  EXPECT_EQ(line.slice(1, 3), "\xE9\x94\xAE");
}

TEST(DisplayLine, KeepsAMarkWithItsLetter) {
  const DisplayLine line("xe\xCC\x81y");
  EXPECT_EQ(line.slice(0, 2), "xe\xCC\x81");
  EXPECT_EQ(line.slice(2, 3), "y");
}

TEST(Wrap, BreaksAtBlanksAndKeepsLongWordsWhole) {
  EXPECT_EQ(wrap("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("a path/that/is/long b", 6),
            (std::vector<std::string>{"a", "path/that/is/long", "b"}));
  EXPECT_EQ(wrap("\xE9\x94\xAE\xE9\x94\xAE \xE9\x94\xAE", 5),
            (std::vector<std::string>{"\xE9\x94\xAE\xE9\x94\xAE", "\xE9\x94\xAE"}));
}

TEST(Wrap, NeverReturnsNothing) {
  EXPECT_EQ(wrap("", 10), std::vector<std::string>{""});
  EXPECT_EQ(wrap("      ", 3), std::vector<std::string>{""});
  EXPECT_EQ(wrap("not wrapped at all", 0), std::vector<std::string>{"not wrapped at all"});
}

}  // namespace
}  // namespace gilcheck::report
