#include "project/unit.h"

#include <gtest/gtest.h>

#include "temporary_tree.h"

namespace gilcheck::project {
namespace {

class UnitTest : public testing::Test {
 protected:
  UnitTest() { tree_.write("x.py", "x = 1\n"); }
  std::unique_ptr<Unit> unit() const {
    return std::make_unique<Unit>(FoundFile{tree_.path("x.py"), "x.py", false},
                                  ModuleName{"x", false, tree_.root()});
  }
  Hash128 key() const {
    return HashStream().add(std::string_view("x.py")).add(std::string_view("x")).add(0).finish();
  }
  /// A cache that claims to know the file under its present stamp, with another content.
  std::unique_ptr<Cache> cache(bool settled) const {
    {
      Cache fill(tree_.path("cache"), {1, 1}, "/");
      Cache::Entry entry;
      entry.stamp = stamp_of(tree_.path("x.py")).stamp;
      entry.settled = settled;
      entry.content = {77, 77};
      fill.put(key(), std::move(entry), "no summary");
      EXPECT_EQ(fill.commit(), "");
    }
    return std::make_unique<Cache>(tree_.path("cache"), Hash128{1, 1}, "/");
  }
  TemporaryTree tree_;
};

TEST_F(UnitTest, ASettledStampIsBelievedWithoutReading) {
  const auto cache = this->cache(true);
  const auto unit = this->unit();
  unit->look_up(cache.get());
  EXPECT_TRUE(unit->known());
  EXPECT_TRUE(unit->from_cache());
  EXPECT_EQ(unit->content(), (Hash128{77, 77}));
}

TEST_F(UnitTest, AnUnsettledStampIsNot) {
  const auto cache = this->cache(false);
  const auto unit = this->unit();
  unit->look_up(cache.get());
  EXPECT_FALSE(unit->known());
  unit->read(cache.get(), 100);
  EXPECT_TRUE(unit->known());
  EXPECT_FALSE(unit->from_cache());
  EXPECT_EQ(unit->content(), hash_of("x = 1\n"));
}

TEST_F(UnitTest, ADamagedSummaryIsMadeAgainFromTheFile) {
  const auto cache = this->cache(true);
  const auto unit = this->unit();
  unit->look_up(cache.get());
  unit->need_summary(cache.get(), 100);
  ASSERT_NE(unit->summary(), nullptr);
  EXPECT_EQ(unit->summary()->path, "x.py");
  EXPECT_FALSE(unit->from_cache());
  EXPECT_EQ(unit->content(), hash_of("x = 1\n"));
}

TEST_F(UnitTest, TextThatChangedSinceIsNoticed) {
  const auto unit = this->unit();
  unit->look_up(nullptr);
  unit->read(nullptr, 100);
  tree_.write("x.py", "y = 2\n");
  EXPECT_EQ(unit->source().text(), "y = 2\n");
  EXPECT_TRUE(unit->changed_meanwhile());
}

TEST_F(UnitTest, AFileThatIsGoneHasAReason) {
  const auto unit = this->unit();
  std::filesystem::remove(tree_.path("x.py"));
  unit->look_up(nullptr);
  EXPECT_FALSE(unit->known());
  EXPECT_EQ(unit->failure(), "no such file or directory");
}

}  // namespace
}  // namespace gilcheck::project
