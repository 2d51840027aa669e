#include "project/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "temporary_tree.h"

namespace gilcheck::project {
namespace {

const Hash128 kProgram{1, 2};
const Hash128 kKey{3, 4};
const Hash128 kOther{5, 6};
const Hash128 kAnswer{7, 8};

Cache::Entry entry(std::uint64_t content) {
  Cache::Entry out;
  out.stamp.size = 10;
  out.settled = true;
  out.content = {content, 0};
  out.facts.lines = 3;
  out.facts.directives = {{analyzer::DirectiveKind::ignore, 1, 2, {"GIL101"}, "why", {1, 2, 3, 4}}};
  return out;
}

class CacheTest : public testing::Test {
 protected:
  std::string directory() const { return tree_.path("cache"); }
  std::string pack() const {
    for (const auto& file : std::filesystem::directory_iterator(directory())) {
      if (file.path().extension() == ".bin") return file.path().string();
    }
    return {};
  }
  std::string bytes() const { return read_regular_file(pack(), 1U << 20U).bytes; }
  void fill() const {
    Cache cache(directory(), kProgram, "/project");
    cache.put(kKey, entry(1), "summary");
    cache.put(kOther, entry(2), std::string(5000, 'x'));
    cache.put_answer(kAnswer, "answer");
    ASSERT_EQ(cache.commit(), "");
  }
  TemporaryTree tree_;
};

TEST_F(CacheTest, GivesBackWhatWasPut) {
  fill();
  const Cache cache(directory(), kProgram, "/project");
  const auto* found = cache.find(kKey);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->content, (Hash128{1, 0}));
  EXPECT_EQ(found->facts.lines, 3U);
  ASSERT_EQ(found->facts.directives.size(), 1U);
  EXPECT_EQ(found->facts.directives[0].reason, "why");
  EXPECT_EQ(cache.summary(*found), "summary");
  EXPECT_EQ(cache.answer(kAnswer), "answer");
  EXPECT_EQ(cache.find({9, 9}), nullptr);
  EXPECT_FALSE(cache.answer({9, 9}).has_value());
}

TEST_F(CacheTest, NothingIsCreatedWhenNothingIsPut) {
  Cache cache(directory(), kProgram, "/project");
  EXPECT_EQ(cache.find(kKey), nullptr);
  EXPECT_EQ(cache.commit(), "");
  EXPECT_FALSE(std::filesystem::exists(directory()));
}

TEST_F(CacheTest, MarksItsDirectory) {
  fill();
  EXPECT_TRUE(std::filesystem::exists(tree_.path("cache/CACHEDIR.TAG")));
  EXPECT_EQ(read_regular_file(tree_.path("cache/.gitignore"), 10).bytes, "*\n");
}

TEST_F(CacheTest, AnUnchangedRunWritesNothing) {
  fill();
  const auto before = stamp_of(pack()).stamp;
  Cache cache(directory(), kProgram, "/project");
  cache.keep(kKey, cache.find(kKey)->stamp, true, false);
  EXPECT_EQ(cache.commit(), "");
  EXPECT_EQ(stamp_of(pack()).stamp, before);
}

TEST_F(CacheTest, KeepsWhatOtherRunsUseAndReplacesWhatChanged) {
  fill();
  {
    Cache cache(directory(), kProgram, "/project");
    cache.put(kKey, entry(9), "new summary");
    EXPECT_EQ(cache.commit(), "");
  }
  const Cache cache(directory(), kProgram, "/project");
  EXPECT_EQ(cache.summary(*cache.find(kKey)), "new summary");
  EXPECT_EQ(cache.summary(*cache.find(kOther)), std::string(5000, 'x'));
  EXPECT_EQ(cache.answer(kAnswer), "answer");
}

TEST_F(CacheTest, ARefreshedStampIsWritten) {
  fill();
  FileStamp stamp;
  stamp.size = 77;
  {
    Cache cache(directory(), kProgram, "/project");
    cache.keep(kKey, stamp, true, true);
    EXPECT_EQ(cache.commit(), "");
  }
  const Cache cache(directory(), kProgram, "/project");
  EXPECT_EQ(cache.find(kKey)->stamp.size, 77U);
}

TEST_F(CacheTest, TwoRunsAtOnceKeepEachOthersEntries) {
  Cache one(directory(), kProgram, "/project");
  Cache two(directory(), kProgram, "/project");
  one.put(kKey, entry(1), "one");
  two.put(kOther, entry(2), "two");
  EXPECT_EQ(one.commit(), "");
  EXPECT_EQ(two.commit(), "");
  const Cache cache(directory(), kProgram, "/project");
  ASSERT_NE(cache.find(kKey), nullptr);
  ASSERT_NE(cache.find(kOther), nullptr);
  EXPECT_EQ(cache.summary(*cache.find(kKey)), "one");
  EXPECT_EQ(cache.summary(*cache.find(kOther)), "two");
}

TEST_F(CacheTest, AReaderKeepsThePackItOpened) {
  fill();
  const Cache reader(directory(), kProgram, "/project");
  {
    Cache writer(directory(), kProgram, "/project");
    writer.put(kKey, entry(9), "new");
    EXPECT_EQ(writer.commit(), "");
  }
  EXPECT_EQ(reader.summary(*reader.find(kKey)), "summary");
}

TEST_F(CacheTest, AnotherProgramOrRootSeesNothing) {
  fill();
  EXPECT_EQ(Cache(directory(), {1, 3}, "/project").find(kKey), nullptr);
  EXPECT_EQ(Cache(directory(), kProgram, "/other").find(kKey), nullptr);
}

TEST_F(CacheTest, EveryTruncationIsAMiss) {
  fill();
  const std::string whole = bytes();
  for (std::size_t size = 0; size < whole.size(); size += size < 600 ? 1 : 97) {
    tree_.write(std::filesystem::relative(pack(), tree_.root()).string(), whole.substr(0, size));
    EXPECT_EQ(Cache(directory(), kProgram, "/project").find(kKey), nullptr) << size;
  }
}

TEST_F(CacheTest, ADamagedByteIsAMissOrHarmless) {
  fill();
  const std::string whole = bytes();
  const std::string name = std::filesystem::relative(pack(), tree_.root()).string();
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string damaged = whole;
    const auto at = random() % damaged.size();
    damaged[at] = static_cast<char>(damaged[at] ^ static_cast<char>(1U << (random() % 8)));
    tree_.write(name, damaged);
    const Cache cache(directory(), kProgram, "/project");
    const auto* found = cache.find(kKey);
    if (found == nullptr) continue;
    EXPECT_EQ(found->facts.lines, 3U);
    const auto summary = cache.summary(*found);
    EXPECT_TRUE(!summary || *summary == "summary");
    const auto answer = cache.answer(kAnswer);
    EXPECT_TRUE(!answer || *answer == "answer");
  }
}

TEST_F(CacheTest, AnUnwritableDirectoryIsSaidOnceAndHarmsNobody) {
  tree_.write("cache", "a file where the directory should be");
  Cache cache(directory(), kProgram, "/project");
  cache.put(kKey, entry(1), "summary");
  cache.put_answer(kAnswer, "answer");
  EXPECT_NE(cache.commit(), "");
}

TEST_F(CacheTest, LeavesNoTemporaryFileBehind) {
  {
    Cache cache(directory(), kProgram, "/project");
    cache.put(kKey, entry(1), "summary");
    // A run that ends early never commits.
  }
  for (const auto& file : std::filesystem::directory_iterator(directory())) {
    EXPECT_NE(file.path().extension(), ".tmp") << file.path();
  }
}

TEST_F(CacheTest, RemovesOnlyItsOwn) {
  EXPECT_FALSE(remove_cache(directory()).existed);
  fill();
  tree_.write("cache/precious.txt", "x");
  const auto result = remove_cache(directory());
  EXPECT_TRUE(result.existed);
  EXPECT_EQ(result.error, "");
  EXPECT_GT(result.bytes, 0U);
  EXPECT_TRUE(std::filesystem::exists(tree_.path("cache/precious.txt")));
  EXPECT_FALSE(std::filesystem::exists(tree_.path("cache/CACHEDIR.TAG")));
  EXPECT_NE(remove_cache(directory()).error, "");  // no tag: not ours
}

}  // namespace
}  // namespace gilcheck::project
