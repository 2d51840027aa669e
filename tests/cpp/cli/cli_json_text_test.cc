#include "cli/json_text.h"

#include <gtest/gtest.h>

namespace gilcheck::cli {
namespace {

TEST(JsonText, EscapesStrings) {
  EXPECT_EQ(json_string("a\"b\\c\n\t\x01\x1F\xC3\xA9"),
            "\"a\\\"b\\\\c\\n\\t\\u0001\\u001f\xC3\xA9\"");
}

TEST(JsonText, IndentsArraysAndObjects) {
  EXPECT_EQ(json_array({}), "[]");
  EXPECT_EQ(json_object({}), "{}");
  EXPECT_EQ(json_array({"1", json_object({{"a", "2"}}, 1)}), "[\n  1,\n  {\n    \"a\": 2\n  }\n]");
}

}  // namespace
}  // namespace gilcheck::cli
