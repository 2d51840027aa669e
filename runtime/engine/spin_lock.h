#pragma once
// A lock of one byte for sections of some tens of instructions that call nothing. It must not be
// held where Python code can run or the GIL can be given up.

#include <atomic>
#include <thread>

namespace gilcheck::runtime {

class SpinLock {
 public:
  void lock() {
    for (int spins = 0; held_.exchange(true, std::memory_order_acquire); ++spins) {
      if (spins >= 64) std::this_thread::yield();
    }
  }
  void unlock() { held_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> held_{false};
};

}  // namespace gilcheck::runtime
