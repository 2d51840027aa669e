#include "project/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace gilcheck::project {
namespace {

TEST(Workers, EveryItemOnce) {
  for (const unsigned jobs : {1U, 2U, 7U, 0U}) {
    const Workers workers(jobs);
    std::vector<std::atomic<int>> counts(1000);
    workers.for_each(counts.size(), [&](std::size_t i) { ++counts[i]; });
    workers.in_order(counts.size(), [&](std::size_t i) { ++counts[i]; });
    for (const auto& count : counts) EXPECT_EQ(count, 2);
  }
}

TEST(Workers, AnExceptionReachesTheCaller) {
  for (const unsigned jobs : {1U, 4U}) {
    const Workers workers(jobs);
    const auto fail = [](std::size_t i) {
      if (i == 17) throw std::runtime_error("x");
    };
    EXPECT_THROW(workers.for_each(100, fail), std::runtime_error);
    EXPECT_THROW(workers.in_order(100, fail), std::runtime_error);
  }
}

TEST(Workers, NothingToDo) {
  const Workers workers(2);
  workers.for_each(0, [](std::size_t) { FAIL(); });
  workers.in_order(0, [](std::size_t) { FAIL(); });
}

TEST(Workers, LoopsInsideLoops) {
  const Workers workers(3);
  std::atomic<int> sum{0};
  workers.for_each(10, [&](std::size_t) { workers.for_each(10, [&](std::size_t) { ++sum; }); });
  EXPECT_EQ(sum, 100);
}

}  // namespace
}  // namespace gilcheck::project
