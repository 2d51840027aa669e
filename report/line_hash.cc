#include "report/line_hash.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <unordered_map>

#include "report/utf8.h"

namespace gilcheck::report {

namespace {

constexpr std::size_t kBlock = 100;
constexpr std::uint64_t kFactor = 37;
constexpr std::uint16_t kEndOfFile = 0xFFFF;

constexpr std::uint64_t power(std::uint64_t base, std::size_t exponent) {
  std::uint64_t out = 1;
  while (exponent-- > 0) out *= base;
  return out;
}

class RollingHash {
 public:
  void take(std::uint16_t unit) {
    const bool second_of_crlf = after_return_ && unit == '\n';
    after_return_ = unit == '\r';
    if (unit == ' ' || unit == '\t' || second_of_crlf) return;
    if (unit == '\r') unit = '\n';
    leave_slot();
    if (line_starts_) {
      line_starts_ = false;
      starts_here_[at_] = true;
    }
    if (unit == '\n') line_starts_ = true;
    shift(unit);
  }

  std::vector<std::string> finish() {
    take(kEndOfFile);
    for (std::size_t i = 0; i < kBlock; ++i) {
      leave_slot();
      shift(0);
    }
    return std::move(hashes_);
  }

 private:
  /// A line that began a whole block ago is now inside the window: its hash is known.
  void leave_slot() {
    if (!starts_here_[at_]) return;
    starts_here_[at_] = false;
    auto text = fmt::format("{:x}", hash_);
    const auto ordinal = ++seen_[text];
    hashes_.push_back(fmt::format("{}:{}", text, ordinal));
  }

  void shift(std::uint16_t unit) {
    constexpr auto kOldest = power(kFactor, kBlock);
    hash_ = kFactor * hash_ + unit - kOldest * window_[at_];
    window_[at_] = unit;
    at_ = (at_ + 1) % kBlock;
  }

  std::array<std::uint16_t, kBlock> window_{};
  std::array<bool, kBlock> starts_here_{};
  std::size_t at_ = 0;
  std::uint64_t hash_ = 0;
  bool line_starts_ = true;
  bool after_return_ = false;
  std::unordered_map<std::string, std::size_t> seen_;
  std::vector<std::string> hashes_;
};

}  // namespace

std::vector<std::string> line_hashes(std::string_view utf8) {
  RollingHash hash;
  while (!utf8.empty()) {
    const char32_t code = take_code_point(utf8);
    if (code < 0x10000) {
      hash.take(static_cast<std::uint16_t>(code));
    } else {
      hash.take(static_cast<std::uint16_t>(0xD7C0 + (code >> 10)));
      hash.take(static_cast<std::uint16_t>(0xDC00 + (code & 0x3FF)));
    }
  }
  return hash.finish();
}

}  // namespace gilcheck::report
