#include "project/workers.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>

namespace gilcheck::project {

namespace {

/// Deeply nested source means deep recursion; the default for worker threads is smaller than the
/// main thread's. Only touched pages cost memory.
constexpr std::size_t kStackSize = std::size_t{16} << 20U;

}  // namespace

struct Workers::Pool {
  explicit Pool(unsigned width)
      : threads(tbb::global_control::max_allowed_parallelism, width),
        stack(tbb::global_control::thread_stack_size, kStackSize),
        arena(static_cast<int>(width)) {}
  tbb::global_control threads;
  tbb::global_control stack;
  tbb::task_arena arena;
};

Workers::Workers(unsigned jobs)
    : pool_(std::make_unique<Pool>(
          jobs != 0 ? jobs
                    : static_cast<unsigned>(std::max(1, tbb::info::default_concurrency())))) {}

Workers::~Workers() = default;

unsigned Workers::width() const {
  return static_cast<unsigned>(pool_->arena.max_concurrency());
}

void Workers::for_each(std::size_t count, const std::function<void(std::size_t)>& body) const {
  if (width() == 1) {
    for (std::size_t i = 0; i < count; ++i) body(i);
    return;
  }
  pool_->arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, body); });
}

void Workers::in_order(std::size_t count, const std::function<void(std::size_t)>& body) const {
  std::atomic<std::size_t> next{0};
  const auto drain = [&](std::size_t) {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
      try {
        body(i);
      } catch (...) {
        next = count;
        throw;
      }
    }
  };
  for_each(std::min<std::size_t>(width(), count), drain);
}

}  // namespace gilcheck::project
