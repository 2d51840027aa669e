#pragma once
// The threads of a run.

#include <cstddef>
#include <functional>
#include <memory>

#include "analyzer/analyzer.h"

namespace gilcheck::project {

/// A pool of a fixed width. The calling thread takes part in the work. An exception of a body ends
/// the loop and is thrown to the caller. One loop at a time per object; bodies may start loops.
class Workers {
 public:
  /// `jobs` threads in all; 0: one per processor the process may use.
  explicit Workers(unsigned jobs);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  unsigned width() const;

  /// body(i) for i in [0, count), in any order.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& body) const;
  /// The same, but items are started in ascending order: for work sorted by decreasing cost.
  void in_order(std::size_t count, const std::function<void(std::size_t)>& body) const;

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace gilcheck::project
