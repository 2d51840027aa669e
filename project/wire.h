#pragma once
// Flat bytes for the cache: little helpers that write values one after another and read them back
// with every bound checked. Native byte order; a cache is never moved between machines, and its
// header names the program that wrote it.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace gilcheck::project {

class WireWriter {
 public:
  template <typename T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void put(T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof value);
    bytes_.append(raw, sizeof raw);
  }
  void put(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    bytes_.append(text);
  }
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reading past the end makes the reader fail; a failed reader answers zeros and empty strings, so
/// that callers check `ok()` once, at the end (and before trusting a count, see `count`).
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
    requires std::is_arithmetic_v<T>
  T get() {
    T value{};
    if (bytes_.size() < sizeof value) {
      fail();
      return value;
    }
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  /// A bool that was written as one; any other byte fails.
  bool flag() {
    const auto value = get<std::uint8_t>();
    if (value > 1) fail();
    return value == 1;
  }
  /// An enumerator in [0, last]; anything else fails.
  template <typename Enum>
  Enum enumerator(Enum last) {
    const auto value = get<std::underlying_type_t<Enum>>();
    if (value > static_cast<std::underlying_type_t<Enum>>(last)) {
      fail();
      return Enum{};
    }
    return static_cast<Enum>(value);
  }
  std::string_view text() {
    const auto size = get<std::uint32_t>();
    if (size > bytes_.size()) {
      fail();
      return {};
    }
    const auto out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return out;
  }
  /// A number of elements, each of which takes at least one byte; fails when that many cannot
  /// follow, so that a corrupt count never allocates more than the input's size.
  std::uint32_t count() {
    const auto value = get<std::uint32_t>();
    if (value <= bytes_.size()) return value;
    fail();
    return 0;
  }
  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  void fail() {
    ok_ = false;
    bytes_ = {};
  }
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace gilcheck::project
