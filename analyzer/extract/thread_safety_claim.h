#pragma once
// What a docstring says about use by several threads.

#include <cstdint>
#include <string_view>

namespace gilcheck::analyzer {

enum class ThreadSafetyClaim : std::uint8_t {
  none,       ///< nothing, or nothing about the documented thing as a whole
  safe,       ///< it is thread-safe, without a condition
  unsafe,     ///< it is not
  only_this,  ///< it is, and nothing else of its class
};

/// Reads prose, so it errs to `none`: a claim counts only in a sentence whose subject is what the
/// docstring documents ("A thread-safe queue", "This class is thread-safe", "The producer is thread
/// safe" of a KafkaProducer), and a denial anywhere defeats it. `name` is the last part of the
/// documented name.
ThreadSafetyClaim thread_safety_claim(std::string_view docstring, std::string_view name);

}  // namespace gilcheck::analyzer
