// Lock-order cycles: the detector, fed by hand with what threads do one after the other.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <memory>
#include <set>
#include <vector>

#include "engine/detector.h"

namespace gilcheck::runtime {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr LockId kA = 1;
constexpr LockId kB = 2;
constexpr LockId kC = 3;
constexpr LockId kGate = 9;

class LockOrderTest : public testing::Test {
 protected:
  LockOrderTest() : main_(detector_.begin(nullptr)) {
    for (std::size_t i = 0; i < 3; ++i) threads_.push_back(start());
  }

  std::unique_ptr<Thread> start() {
    tokens_.push_back(detector_.starting(*main_, 0));
    return detector_.begin(tokens_.back().get());
  }

  /// Each lock is taken at a place of its own in each nesting.
  StackId stack_of(LockId lock, LockId within) {
    return detector_.stacks().call(0, 100 * within + lock);
  }
  void acquire(Thread& thread, LockId lock) {
    const StackId stack = stack_of(lock, thread.held.empty() ? 0 : thread.held.back().lock);
    detector_.lock_wanted(thread, lock, stack);
    detector_.lock_acquired(thread, lock, stack);
  }
  void release(Thread& thread, LockId lock) {
    detector_.release_to(thread, variables_[lock], true);
    detector_.lock_released(thread, lock);
  }
  /// Takes the locks one within the other, and gives them back.
  void nest(Thread& thread, std::initializer_list<LockId> locks) {
    const std::vector<LockId> all = locks;
    for (const LockId lock : all) acquire(thread, lock);
    for (std::size_t i = all.size(); i-- > 0;) release(thread, all[i]);
  }
  void hand_over(Thread& from, Thread& to) {
    detector_.release_to(from, event_, false);
    detector_.acquire_from(to, event_);
  }

  Thread& first() { return *threads_[0]; }
  Thread& second() { return *threads_[1]; }
  Thread& third() { return *threads_[2]; }

  Detector detector_;
  std::array<SyncVariable, 10> variables_;
  SyncVariable event_;
  std::vector<std::shared_ptr<Detector::ThreadToken>> tokens_;
  std::unique_ptr<Thread> main_;
  std::vector<std::unique_ptr<Thread>> threads_;
};

TEST_F(LockOrderTest, TwoOrdersOneAfterTheOtherAreACycle) {
  nest(first(), {kA, kB});
  EXPECT_THAT(detector_.reports(), IsEmpty());
  nest(second(), {kB, kA});
  const auto reports = detector_.reports();
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].pattern, Pattern::lock_order);
  EXPECT_EQ(reports[0].severity, Severity::error);
  ASSERT_THAT(reports[0].cycle, SizeIs(2));
  const Waiting& edge = reports[0].cycle[0];
  EXPECT_EQ(edge.wants, reports[0].cycle[1].holds);
  EXPECT_EQ(edge.holds, reports[0].cycle[1].wants);
  EXPECT_EQ(edge.held_at, stack_of(edge.holds, 0));
  EXPECT_EQ(edge.wanted_at, stack_of(edge.wants, edge.holds));
  EXPECT_THAT(detector_.lock_sets().locks(edge.locks), UnorderedElementsAre(edge.holds));
  EXPECT_NE(edge.thread, reports[0].cycle[1].thread);
}

TEST_F(LockOrderTest, ItIsReportedBeforeTheThreadWaits) {
  nest(first(), {kA, kB});
  acquire(second(), kB);
  detector_.lock_wanted(second(), kA, 1);
  EXPECT_THAT(detector_.reports(), SizeIs(1));
}

TEST_F(LockOrderTest, TheSameAgainIsCounted) {
  for (int i = 0; i < 3; ++i) {
    nest(first(), {kA, kB});
    nest(second(), {kB, kA});
    hand_over(first(), *main_);
  }
  EXPECT_EQ(detector_.news(), 1U);
  EXPECT_THAT(detector_.reports(), SizeIs(1));
  EXPECT_THAT(detector_.reports(detector_.news()), IsEmpty());
}

TEST_F(LockOrderTest, ThreeThreadsInARingAreACycle) {
  nest(first(), {kA, kB});
  nest(second(), {kB, kC});
  EXPECT_THAT(detector_.reports(), IsEmpty());
  nest(third(), {kC, kA});
  const auto reports = detector_.reports();
  ASSERT_THAT(reports, SizeIs(1));
  std::set<int> threads;
  for (const Waiting& edge : reports[0].cycle) threads.insert(edge.thread);
  EXPECT_THAT(threads, SizeIs(3));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(reports[0].cycle[i].wants, reports[0].cycle[(i + 1) % 3].holds);
}

TEST_F(LockOrderTest, OneThreadAloneOrTwoInARingOfThreeAreNone) {
  nest(first(), {kA, kB});
  nest(first(), {kB, kA});
  EXPECT_THAT(detector_.reports(), IsEmpty());
  nest(second(), {kB, kC});
  nest(first(), {kC, kA});
  EXPECT_THAT(detector_.reports(), IsEmpty());
}

TEST_F(LockOrderTest, TheSameOrderIsNone) {
  for (auto& thread : threads_) nest(*thread, {kA, kB, kC});
  EXPECT_THAT(detector_.reports(), IsEmpty());
}

TEST_F(LockOrderTest, AGateAroundBothKeepsThemApart) {
  nest(first(), {kGate, kA, kB});
  nest(second(), {kGate, kB, kA});
  EXPECT_THAT(detector_.reports(), IsEmpty());
  nest(third(), {kB, kA});  // without the gate
  EXPECT_THAT(detector_.reports(), SizeIs(1));
}

TEST_F(LockOrderTest, WhatIsJoinedCameBefore) {
  nest(first(), {kA, kB});
  detector_.end(first(), tokens_[0].get());
  detector_.joined(*main_, *tokens_[0]);
  nest(*main_, {kB, kA});
  EXPECT_THAT(detector_.reports(), IsEmpty());
  const auto later = start();  // takes the first one's place
  nest(*later, {kB, kA});
  EXPECT_THAT(detector_.reports(), IsEmpty());
  nest(second(), {kA, kB});  // was started before
  EXPECT_THAT(detector_.reports(), SizeIs(1));
}

TEST_F(LockOrderTest, WhatWasOrderedOnceIsNotForGood) {
  nest(first(), {kA, kB});
  hand_over(first(), second());
  nest(second(), {kB, kA});
  EXPECT_THAT(detector_.reports(), IsEmpty());
  nest(first(), {kA, kB});
  EXPECT_THAT(detector_.reports(), SizeIs(1));
}

TEST_F(LockOrderTest, AMutexOrdersNothing) {
  nest(first(), {kA, kB});
  detector_.acquire_from(second(), variables_[kA]);
  nest(second(), {kB, kA});
  EXPECT_THAT(detector_.reports(), SizeIs(1));
}

TEST_F(LockOrderTest, ALockThatIsHeldAlreadyIsNoEdge) {
  acquire(first(), kA);
  acquire(first(), kB);
  detector_.lock_wanted(first(), kA, 1);
  nest(second(), {kA, kB});
  EXPECT_THAT(detector_.reports(), IsEmpty());
}

TEST_F(LockOrderTest, ATryLockWaitsForNothingButIsHeld) {
  acquire(first(), kA);
  detector_.lock_acquired(first(), kB, 1);  // not wanted before
  nest(second(), {kB, kA});
  EXPECT_THAT(detector_.reports(), IsEmpty());
  acquire(first(), kC);
  nest(second(), {kC, kB});
  EXPECT_THAT(detector_.reports(), SizeIs(1));
}

TEST_F(LockOrderTest, LocksOfOtherCodeDoNotCount) {
  detector_.lock_acquired(first(), kA);
  acquire(first(), kB);
  nest(second(), {kB, kA});
  acquire(third(), kB);
  detector_.lock_wanted(third(), kA, 0);
  EXPECT_THAT(detector_.reports(), IsEmpty());
}

TEST_F(LockOrderTest, ADeadLockIsForgotten) {
  nest(first(), {kA, kB});
  detector_.lock_died(kA);
  nest(second(), {kB, kA});  // would be another lock
  EXPECT_THAT(detector_.reports(), IsEmpty());
}

TEST_F(LockOrderTest, ALockThatAnotherThreadReleasesIsNoMutex) {
  nest(first(), {kA, kB});
  nest(second(), {kB, kA});
  ASSERT_THAT(detector_.reports(), SizeIs(1));
  detector_.lock_is_signal(kA);
  EXPECT_THAT(detector_.reports(), IsEmpty());
  nest(third(), {kB, kA});
  EXPECT_THAT(detector_.reports(), IsEmpty());
}

TEST(LockOrderGraph, HasNoMoreThanItsLocks) {
  LockSetTable sets;
  LockOrder order(sets);
  constexpr LockId kLocks = 1000;
  constexpr StackId kStack = 1;
  for (int round = 0; round < 3; ++round) {
    for (int number = 0; number < 40; ++number) {  // more threads than are kept of a pair
      Thread thread;
      thread.slot = static_cast<ThreadSlot>(number);
      thread.number = number;
      for (LockId lock = 1; lock < kLocks; ++lock) {
        thread.locks = sets.add(0, lock);
        order.wait(thread, {lock, 1, kStack}, lock + 1, kStack);
      }
    }
    EXPECT_EQ(order.pairs(), kLocks - 1);
    for (LockId lock = 1; lock <= kLocks; ++lock) order.died(lock);
    EXPECT_EQ(order.pairs(), 0U);
  }
}

TEST(LockOrderGraph, ADenseOneIsSearchedWithinBounds) {
  LockSetTable sets;
  LockOrder order(sets);
  constexpr LockId kLocks = 60;
  std::size_t most = 0;
  for (int number = 0; number < 20; ++number) {
    Thread thread;
    thread.slot = static_cast<ThreadSlot>(number);
    thread.number = number;
    for (LockId low = 1; low < kLocks; ++low) {
      for (LockId high = low + 1; high <= kLocks; ++high) {
        thread.locks = sets.add(0, low);
        most = std::max(most, order.wait(thread, {low, 1, 1}, high, 1).size());
      }
    }
  }
  EXPECT_EQ(most, 0U);  // all in one order
  Thread other;
  other.slot = 100;
  other.number = 100;
  other.locks = sets.add(0, kLocks);
  const auto found = order.wait(other, {kLocks, 1, 1}, 1, 1);
  ASSERT_THAT(found, testing::Not(IsEmpty()));
  EXPECT_THAT(found[0], SizeIs(2));
}

}  // namespace
}  // namespace gilcheck::runtime
