#pragma once
// Program-wide names. Every module interns its own strings; here they get one number for the whole
// program, so that names of different files compare as integers.
//
// `build` uses the pool; `intern` is for one thread; everything else is const and may be called
// concurrently. Numbers depend only on the modules and their order.

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analyzer.h"
#include "analyzer/summary.h"

namespace gilcheck::analyzer {

/// A program-wide name; 0 is the empty string.
using Symbol = std::uint32_t;

class SymbolTable {
 public:
  SymbolTable();
  void build(std::span<const ModuleSummary* const> modules, const ParallelFor& parallel);

  /// The program's number for a module's name.
  Symbol of(std::size_t module, Sym sym) const { return tables_[module][sym]; }
  std::string_view text(Symbol symbol) const {
    return shards_[symbol & kMask].entries[symbol >> kBits].text;
  }
  /// 0 when nobody uses the text.
  Symbol find(std::string_view text) const;
  /// find(left + "." + right) without building the text.
  Symbol find_dotted(Symbol left, std::string_view right) const;
  Symbol intern(std::string_view text);

  /// The last component: "Thread" of "threading.Thread".
  std::string_view last_component(Symbol symbol) const;

 private:
  static constexpr std::uint32_t kBits = 3;
  static constexpr std::uint32_t kMask = (1u << kBits) - 1;
  static constexpr std::uint64_t kSeed = 0xCBF29CE484222325ull;

  struct Entry {
    std::uint64_t hash = 0;
    std::string_view text;
  };
  struct Shard {
    std::vector<Entry> entries;
    std::vector<std::uint32_t> slots;  // entry + 1; 0 is free
    Symbol add(std::uint64_t hash, std::string_view text, std::uint32_t shard);
    void grow();
  };

  static std::uint64_t extend(std::uint64_t hash, std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
    return hash;
  }
  /// FNV leaves its low bits weak.
  static std::uint64_t finish(std::uint64_t hash) {
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15ull;
    return hash ^ (hash >> 29);
  }
  static std::uint64_t hash_of(std::string_view text) { return finish(extend(kSeed, text)); }
  template <typename Equal>
  Symbol lookup(std::uint64_t hash, Equal equal) const;

  std::array<Shard, kMask + 1> shards_;
  std::vector<std::vector<Symbol>> tables_;
  std::deque<std::string> owned_;
};

}  // namespace gilcheck::analyzer
