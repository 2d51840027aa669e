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
      // Waiting reads only: a store by every waiter would take the line from who holds the lock.
      for (; held_.load(std::memory_order_relaxed) && spins < kSpins; ++spins) pause();
      if (spins >= kSpins) std::this_thread::yield();
    }
  }
  void unlock() { held_.store(false, std::memory_order_release); }

 private:
  static constexpr int kSpins = 512;
  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }
  std::atomic<bool> held_{false};
};

}  // namespace gilcheck::runtime
