// The detector, fed by hand with what two threads do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "engine/detector.h"

namespace gilcheck::runtime {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr ObjectId kObject = 0x1000;
constexpr SlotId kName = kNamed | 7;
constexpr SlotId kOther = kNamed | 8;
constexpr SiteId kRead = 10;
constexpr SiteId kWrite = 20;

class NoName final : public LocationNamer {
 public:
  std::string name() const override { return "x"; }
};

class DetectorTest : public testing::Test {
 protected:
  DetectorTest() {
    main_ = detector_.begin(nullptr);
    first_ = start();
    second_ = start();
  }

  std::unique_ptr<Thread> start() {
    tokens_.push_back(detector_.starting(*main_, 0));
    return detector_.begin(tokens_.back().get());
  }

  /// A call with one opening, as the bytecode of `x.n += 1` has.
  static Activation& call(Thread& thread) {
    thread.openings.assign(1, {});
    thread.activations.assign(1, {});
    thread.activations.back().count = 1;
    thread.activations.back().has_caller = true;
    return thread.activations.back();
  }

  void read(Thread& thread, ObjectId object = kObject) {
    AccessSite site;
    site.site = site.origin = kRead;
    site.opening = 0;
    detector_.access(thread, thread.activations.back(), site, {object, kName, 0, {}, 0}, NoName());
  }

  void write(Thread& thread, ValueKind value, std::uint32_t digest, ObjectId object = kObject) {
    static constexpr std::uint16_t kOpening = 0;
    AccessSite site;
    site.site = site.origin = kWrite;
    site.depends.data = {&kOpening, 1};
    detector_.access(thread, thread.activations.back(), site,
                     {object, kName, traits::write, value, digest}, NoName());
  }

  void increment(Thread& thread, std::uint32_t value) {
    call(thread);
    read(thread);
    write(thread, ValueKind::constant, value);
  }

  static AccessSite store(SiteId site) {
    AccessSite result;
    result.site = result.origin = site;
    return result;
  }

  /// One access of a name, and as one of a pair.
  void one_of_two(Thread& thread, const AccessSite& site, const Operation& operation) {
    const Activation& activation = thread.activations.back();
    detector_.access(thread, thread.activations.back(), site, operation, NoName());
    detector_.access_pairs(thread, activation, site, operation, NoName());
  }

  /// `x.low = 1; x.high = ...`
  void store_both(Thread& thread, ValueKind second = ValueKind::constant) {
    call(thread).id = ++thread.activated;
    AccessSite site = store(kWrite);
    site.group = 1;
    one_of_two(thread, site, {kObject, kName, traits::write, ValueKind::constant, 1});
    site.site = site.origin = kWrite + 1;
    one_of_two(thread, site, {kObject, kOther, traits::write, second, 2});
  }

  /// `x.high - x.low`
  void load_both(Thread& thread) {
    static constexpr std::array<SiteId, 2> kSites = {kRead, kRead + 1};
    call(thread).id = ++thread.activated;
    AccessSite site = store(kRead);
    site.combined = kSites;
    one_of_two(thread, site, {kObject, kOther, 0, {}, 0});
    site.site = site.origin = kRead + 1;
    one_of_two(thread, site, {kObject, kName, 0, {}, 0});
  }

  /// What is shown by default.
  std::vector<Report> errors() {
    std::vector<Report> result;
    for (const Report& report : detector_.reports()) {
      if (report.severity == Severity::error) result.push_back(report);
    }
    return result;
  }

  void with_lock(Thread& thread, const auto& body) {
    detector_.acquire_from(thread, lock_);
    detector_.lock_acquired(thread, 1);
    body();
    detector_.release_to(thread, lock_, true);
    detector_.lock_released(thread, 1);
  }

  Detector detector_;
  SyncVariable lock_;
  std::vector<std::shared_ptr<Detector::ThreadToken>> tokens_;
  std::unique_ptr<Thread> main_, first_, second_;
};

TEST_F(DetectorTest, OneAfterTheOtherIsEnoughToSeeThatAnUpdateCanBeLost) {
  increment(*first_, 1);
  increment(*second_, 2);
  const auto found = errors();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].pattern, Pattern::lost_update);
  EXPECT_EQ(found[0].opened, kRead);
  EXPECT_EQ(found[0].location, "x");
}

TEST_F(DetectorTest, ManyLocationsInTurnAreKeptApart) {
  constexpr ObjectId kMany = 50'000;  // more than a thread keeps at hand
  for (int round = 0; round < 2; ++round) {
    for (ObjectId i = 0; i < kMany; ++i) {
      call(*first_);
      read(*first_, kObject + i * 16);
    }
  }
  EXPECT_EQ(detector_.locations(), kMany);
  increment(*first_, 1);
  increment(*second_, 2);
  EXPECT_THAT(errors(), SizeIs(1));
}

TEST_F(DetectorTest, ARegionMayBeginBeforeTheFirstOtherThreadIsStarted) {
  Detector fresh;
  const auto only = fresh.begin(nullptr);
  static constexpr std::uint16_t kOpening = 0;
  AccessSite load;
  load.site = load.origin = kRead;
  load.opening = 0;
  AccessSite change;
  change.site = change.origin = kWrite;
  change.depends.data = {&kOpening, 1};
  const Operation reading{kObject, kName, 0, {}, 0};
  const Operation writing{kObject, kName, traits::write, ValueKind::constant, 3};
  call(*only);
  fresh.access(*only, only->activations.back(), load, reading, NoName());
  EXPECT_EQ(fresh.locations(), 0U);  // nobody else can have been there
  const auto token = fresh.starting(*only, 0);
  const auto other = fresh.begin(token.get());
  call(*other);
  fresh.access(*other, other->activations.back(), load, reading, NoName());
  fresh.access(*other, other->activations.back(), change,
               {kObject, kName, traits::write, ValueKind::constant, 2}, NoName());
  fresh.access(*only, only->activations.back(), change, writing, NoName());
  std::vector<Report> serious;
  for (const Report& report : fresh.reports()) {
    if (report.severity == Severity::error) serious.push_back(report);
  }
  ASSERT_THAT(serious, Not(IsEmpty()));
  EXPECT_EQ(serious[0].pattern, Pattern::lost_update);
}

TEST_F(DetectorTest, ALockAroundBothKeepsTheOtherOut) {
  with_lock(*first_, [&] { increment(*first_, 1); });
  with_lock(*second_, [&] { increment(*second_, 2); });
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(DetectorTest, ALockOnOneSideOnlyDoesNotThoughTheScheduleOrderedThem) {
  with_lock(*first_, [&] { increment(*first_, 1); });
  with_lock(*second_, [] {});
  increment(*second_, 2);
  EXPECT_THAT(errors(), SizeIs(1));
}

TEST_F(DetectorTest, ALockGivenUpInBetweenDoesNot) {
  call(*first_);
  with_lock(*first_, [&] { read(*first_); });
  with_lock(*first_, [&] { write(*first_, ValueKind::constant, 1); });
  call(*second_);
  with_lock(*second_, [&] { read(*second_); });
  with_lock(*second_, [&] { write(*second_, ValueKind::constant, 2); });
  EXPECT_THAT(errors(), SizeIs(1));
}

TEST_F(DetectorTest, WhatIsWaitedForComesBefore) {
  increment(*first_, 1);
  detector_.end(*first_, tokens_[0].get());
  detector_.joined(*main_, *tokens_[0]);
  increment(*main_, 2);
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(DetectorTest, AnEventOrders) {
  SyncVariable event;
  increment(*first_, 1);
  detector_.release_to(*first_, event, false);
  detector_.acquire_from(*second_, event);
  increment(*second_, 2);
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(DetectorTest, ALockThatAnotherThreadGivesUpIsASignal) {
  SyncVariable gate;
  increment(*first_, 1);
  detector_.release_to(*first_, gate, false);  // not by who holds it
  detector_.release_to(*main_, gate, true);
  detector_.acquire_from(*second_, gate);
  increment(*second_, 2);
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(DetectorTest, WhoWaitsForTheOtherBetweenTheTwoEndsKnowsWhatItDid) {
  SyncVariable event;
  call(*second_);
  detector_.access(*second_, second_->activations.back(), store(kWrite),
                   {kObject, kName, traits::write, {}, 1}, NoName());
  call(*first_);
  read(*first_);
  detector_.release_to(*second_, event, false);
  detector_.acquire_from(*first_, event);
  write(*first_, ValueKind::constant, 2);
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(DetectorTest, TwoNamesStoredOneAfterTheOtherAreSeenApart) {
  store_both(*first_);
  load_both(*second_);
  const auto found = errors();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].pattern, Pattern::torn_pair);
  EXPECT_EQ(found[0].opened, kWrite);
}

TEST_F(DetectorTest, TheReaderMayComeFirst) {
  call(*main_);
  write(*main_, ValueKind::constant, 1);  // so that the object is not the reader's alone
  load_both(*second_);
  store_both(*first_);
  EXPECT_THAT(errors(), SizeIs(1));
}

TEST_F(DetectorTest, ALockOverBothStoresAndBothLoadsKeepsThemTogether) {
  with_lock(*first_, [&] { store_both(*first_); });
  with_lock(*second_, [&] { load_both(*second_); });
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(DetectorTest, AFlagBehindAValueSaysThatItIsThere) {
  store_both(*first_, ValueKind::flag);
  load_both(*second_);
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(DetectorTest, WhatIsPublishedAndThenCompletedIsUsedBefore) {
  call(*first_);
  AccessSite late = store(kWrite + 1);
  late.published = kWrite;
  detector_.access(*first_, first_->activations.back(), late,
                   {kObject, kName, traits::write, ValueKind::constant, 1}, NoName());
  call(*second_);
  read(*second_);
  const auto found = errors();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].pattern, Pattern::publication);
  EXPECT_EQ(found[0].opened, kWrite);
}

TEST_F(DetectorTest, NewsAreHandedOutOnce) {
  increment(*first_, 1);
  increment(*second_, 2);
  const std::uint64_t known = detector_.news();
  EXPECT_THAT(detector_.reports(0), testing::Not(IsEmpty()));
  EXPECT_THAT(detector_.reports(known), IsEmpty());
  increment(*main_, 3);
  EXPECT_EQ(detector_.news(), known);  // the same place again
}

TEST_F(DetectorTest, AnAddressUsedAgainInheritsNothing) {
  increment(*first_, 1);
  detector_.object_died(kObject);
  EXPECT_EQ(detector_.locations(), 0U);
  increment(*second_, 2);
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(DetectorTest, AThreadAloneHasNoRaces) {
  for (std::uint32_t i = 0; i < 100; ++i) increment(*first_, i);
  EXPECT_THAT(detector_.reports(), IsEmpty());
}

TEST_F(DetectorTest, TheSlotOfAThreadThatWasJoinedIsUsedAgain) {
  for (int i = 0; i < 1000; ++i) {
    auto token = detector_.starting(*main_, 0);
    auto thread = detector_.begin(token.get());
    detector_.end(*thread, token.get());
    detector_.joined(*main_, *token);
  }
  auto token = detector_.starting(*main_, 0);
  EXPECT_LT(detector_.begin(token.get())->slot, 10);
}

TEST(LockSets, AreTheSameNumberForTheSameLocks) {
  LockSetTable table;
  const LockSetId both = table.add(table.add(0, 3), 5);
  EXPECT_EQ(both, table.add(table.add(0, 5), 3));
  EXPECT_EQ(table.remove(both, 3), table.add(0, 5));
  EXPECT_TRUE(table.intersect(both, table.add(0, 5)));
  EXPECT_FALSE(table.intersect(both, table.add(0, 4)));
  EXPECT_EQ(table.remove(table.remove(both, 3), 5), 0U);
}

}  // namespace
}  // namespace gilcheck::runtime
