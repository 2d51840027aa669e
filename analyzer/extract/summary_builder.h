#pragma once
// Builds one ModuleSummary: interning of names, hash-consing of paths, values and lock sets.

#include <tsl/robin_map.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/summary.h"

namespace gilcheck::analyzer {

/// One file, one thread. `take()` ends its life.
class SummaryBuilder {
 public:
  SummaryBuilder();

  ModuleSummary& out() { return out_; }
  const ModuleSummary& out() const { return out_; }

  /// `text` must outlive the builder unless it is already interned; see intern_copy.
  Sym intern(std::string_view text);
  Sym intern_copy(std::string text);
  std::string_view name(Sym sym) const { return names_[sym]; }

  PathId path(PathKind kind, PathId parent, Sym sym, std::uint32_t aux);
  PathId global(Sym sym) { return path(PathKind::global, 0, sym, 0); }
  PathId closure(Sym sym, FuncId owner) { return path(PathKind::closure, 0, sym, owner); }
  PathId attribute(PathId parent, Sym sym) { return path(PathKind::attr, parent, sym, 0); }
  PathId item(PathId parent, ValueId key) { return path(PathKind::item, parent, 0, key); }
  /// The path of an object known by value: the path it was loaded from, or a value root.
  PathId of_value(ValueId value);

  /// Hash-consed.
  ValueId value(ValueKind kind, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0);
  /// Always a new value.
  ValueId fresh_value(ValueKind kind, std::uint32_t a = 0, std::uint32_t b = 0,
                      std::uint32_t c = 0);
  ValueId value_of_path(PathId path) { return value(ValueKind::path, path); }
  ValueId constant(Builtin type, Sym text = 0) {
    return value(ValueKind::constant, static_cast<std::uint32_t>(type), text);
  }
  const ValueNode& node(ValueId value) const { return out_.values[value]; }
  const PathNode& path_node(PathId path) const { return out_.paths[path]; }

  HeldId held(const std::vector<SectionId>& sections);

  ModuleSummary take();

 private:
  struct Key {
    std::uint64_t low;
    std::uint64_t high;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      std::uint64_t mixed = key.low * 0x9E3779B97F4A7C15ull ^ (key.high + 0x7F4A7C15u);
      mixed ^= mixed >> 29;
      mixed *= 0xBF58476D1CE4E5B9ull;
      return static_cast<std::size_t>(mixed ^ (mixed >> 32));
    }
  };
  ModuleSummary out_;
  tsl::robin_map<std::string_view, Sym> syms_;
  tsl::robin_map<Key, PathId, KeyHash> paths_;
  tsl::robin_map<Key, ValueId, KeyHash> values_;
  std::vector<std::string_view> names_;
  std::deque<std::string> owned_;
};

}  // namespace gilcheck::analyzer
