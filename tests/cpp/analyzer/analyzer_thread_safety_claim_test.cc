// What docstrings are read to say about threads.
#include "analyzer/extract/thread_safety_claim.h"

#include <gtest/gtest.h>

namespace gilcheck::analyzer {
namespace {

using enum ThreadSafetyClaim;

TEST(ThreadSafetyClaim, OfTheDocumentedThingItself) {
  EXPECT_EQ(thread_safety_claim("Thread-safe connection pool for one host.", "Pool"), safe);
  EXPECT_EQ(thread_safety_claim("A small, thread safe cache.", "Cache"), safe);
  EXPECT_EQ(thread_safety_claim("Provides a thread-safe container that can shrink.", "LRU"), safe);
  EXPECT_EQ(thread_safety_claim("A queue.\n\nAll methods of this class are thread-safe.", "Q"),
            safe);
  EXPECT_EQ(thread_safety_claim("Sends records.\n\nThe producer is thread safe and sharing one "
                                "will be faster than having several.",
                                "KafkaProducer"),
            safe);
}

TEST(ThreadSafetyClaim, DeniedInAnyWay) {
  EXPECT_EQ(thread_safety_claim("A queue. Not thread-safe.", "Queue"), unsafe);
  EXPECT_EQ(thread_safety_claim("The Connection object is **not** thread-safe.", "Connection"),
            unsafe);
  EXPECT_EQ(thread_safety_claim("The :class:`_orm.Session` is **not safe for use in concurrent "
                                "threads.**. See :ref:`session_faq_threadsafe`.",
                                "Session"),
            unsafe);
  EXPECT_EQ(thread_safety_claim("The consumer should not be shared across threads.", "Consumer"),
            unsafe);
  EXPECT_EQ(thread_safety_claim("Non-thread-safe holder.", "Holder"), unsafe);
  EXPECT_EQ(thread_safety_claim("NOTE: This is the only thread-safe method of the loop.", "wake"),
            only_this);
}

TEST(ThreadSafetyClaim, OfSomethingElseOrWithACondition) {
  EXPECT_EQ(thread_safety_claim("Library with thread-safe connection pooling.", "http"), none);
  EXPECT_EQ(thread_safety_claim("Wraps a thread-safe queue.", "Channel"), none);
  EXPECT_EQ(thread_safety_claim("Implementations of this class must be thread-safe.", "Watcher"),
            none);
  EXPECT_EQ(thread_safety_claim("MetaData is a thread-safe object for read operations. Changes "
                                "may not be completely thread-safe.",
                                "MetaData"),
            none);
  EXPECT_EQ(thread_safety_claim("Calls loop.call_soon_threadsafe() for you.", "Wakeup"), none);
  EXPECT_EQ(thread_safety_claim("This class is thread-safe unless it is resized.", "Table"), none);
}

}  // namespace
}  // namespace gilcheck::analyzer
