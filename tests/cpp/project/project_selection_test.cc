#include "project/selection.h"

#include <gtest/gtest.h>

namespace gilcheck::project {
namespace {

TEST(Selection, TheMoreSpecificSelectorWins) {
  Settings settings;
  settings.select = {"GIL101"};
  settings.ignore = {"GIL1"};
  EXPECT_TRUE(Selection(settings).enabled("GIL101"));
  EXPECT_FALSE(Selection(settings).enabled("GIL102"));

  settings.select = {"GIL1"};
  settings.ignore = {"GIL101"};
  EXPECT_FALSE(Selection(settings).enabled("GIL101"));
  EXPECT_TRUE(Selection(settings).enabled("GIL102"));
  EXPECT_FALSE(Selection(settings).enabled("GIL201"));
}

TEST(Selection, BetweenEqualsIgnoreWins) {
  Settings settings;
  settings.select = {"GIL101", "GIL102"};
  settings.ignore = {"GIL101"};
  EXPECT_FALSE(Selection(settings).enabled("GIL101"));
  EXPECT_TRUE(Selection(settings).enabled("GIL102"));
}

TEST(Selection, NamesSelectLikeCodes) {
  Settings settings;
  settings.select = {"check-then-act"};
  EXPECT_TRUE(Selection(settings).enabled("GIL102"));
  EXPECT_FALSE(Selection(settings).enabled("GIL101"));
}

TEST(Selection, ExtendSelectAdds) {
  Settings settings;
  settings.select = {"GIL101"};
  settings.extend_select = {"GIL204"};
  EXPECT_TRUE(Selection(settings).enabled("GIL204"));
}

TEST(Selection, RulesThatTheCatalogueDoesNotKnowAreSelectedByCode) {
  Settings settings;
  EXPECT_TRUE(Selection(settings).enabled("GIL999"));
  settings.select = {"GIL101", "check-then-act"};
  EXPECT_FALSE(Selection(settings).enabled("GIL999"));
  settings.select = {"GIL9"};
  EXPECT_TRUE(Selection(settings).enabled("GIL999"));
  settings.ignore = {"GIL99"};
  EXPECT_FALSE(Selection(settings).enabled("GIL999"));
}

TEST(Selection, PerFileIgnores) {
  Settings settings;
  settings.root = "/p";
  settings.per_file_ignores = {
      {{"/p", "tests/"}, {"ALL"}}, {{"/p", "*_pb2.py"}, {"GIL1"}}, {{"/p", "!src/"}, {"GIL204"}}};
  const Selection selection(settings);
  EXPECT_FALSE(selection.enabled_in("GIL101", "tests/deep/x.py"));
  EXPECT_FALSE(selection.enabled_in("GIL101", "src/x_pb2.py"));
  EXPECT_TRUE(selection.enabled_in("GIL201", "src/x_pb2.py"));
  EXPECT_TRUE(selection.enabled_in("GIL204", "src/x.py"));
  EXPECT_FALSE(selection.enabled_in("GIL204", "tools/x.py"));
}

}  // namespace
}  // namespace gilcheck::project
