#pragma once
// A hash for tables whose keys are addresses or packed numbers: the standard one is the identity,
// whose low bits such keys share.

#include <cstdint>

namespace gilcheck::clang_plugin {

struct MixingHash {
  std::size_t operator()(std::uint64_t key) const {
    key *= 0x9E3779B97F4A7C15U;
    return key ^ (key >> 32U);
  }
  std::size_t operator()(const void* key) const {
    return operator()(static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(key)));
  }
};

}  // namespace gilcheck::clang_plugin
