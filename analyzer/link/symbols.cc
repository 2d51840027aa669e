#include "analyzer/link/symbols.h"

namespace gilcheck::analyzer {

SymbolTable::SymbolTable() {
  shards_[0].entries.push_back({hash_of({}), {}});  // symbol 0: the empty string
  for (Shard& shard : shards_) shard.grow();
}

void SymbolTable::Shard::grow() {
  std::vector<std::uint32_t> bigger(slots.empty() ? 1024 : slots.size() * 2);
  const std::size_t mask = bigger.size() - 1;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    std::size_t slot = (entries[i].hash >> kBits) & mask;
    while (bigger[slot] != 0) slot = (slot + 1) & mask;
    bigger[slot] = i + 1;
  }
  slots = std::move(bigger);
}

Symbol SymbolTable::Shard::add(std::uint64_t hash, std::string_view text, std::uint32_t shard) {
  const std::size_t mask = slots.size() - 1;
  std::size_t slot = (hash >> kBits) & mask;
  while (slots[slot] != 0) {
    const Entry& entry = entries[slots[slot] - 1];
    if (entry.hash == hash && entry.text == text) return ((slots[slot] - 1) << kBits) | shard;
    slot = (slot + 1) & mask;
  }
  entries.push_back({hash, text});
  slots[slot] = static_cast<std::uint32_t>(entries.size());
  const auto symbol = static_cast<Symbol>(((entries.size() - 1) << kBits) | shard);
  if (entries.size() * 2 > slots.size()) grow();
  return symbol;
}

void SymbolTable::build(std::span<const ModuleSummary* const> modules,
                        const ParallelFor& parallel) {
  std::vector<std::vector<std::uint64_t>> hashes(modules.size());
  tables_.resize(modules.size());
  parallel(modules.size(), [&](std::size_t m) {
    const ModuleSummary& summary = *modules[m];
    const std::size_t count = summary.sym_count();
    hashes[m].resize(count);
    tables_[m].resize(count);
    for (Sym sym = 0; sym < count; ++sym) hashes[m][sym] = hash_of(summary.name(sym));
  });
  // Each shard is filled by one task in the order of the modules.
  parallel(shards_.size(), [&](std::size_t s) {
    const auto shard = static_cast<std::uint32_t>(s);
    for (std::size_t m = 0; m < modules.size(); ++m) {
      const std::vector<std::uint64_t>& of_module = hashes[m];
      for (Sym sym = 0; sym < of_module.size(); ++sym) {
        if ((of_module[sym] & kMask) != shard) continue;
        // The empty string is symbol 0 wherever it hashes to.
        const std::string_view text = modules[m]->name(sym);
        tables_[m][sym] = text.empty() ? 0 : shards_[shard].add(of_module[sym], text, shard);
      }
    }
  });
}

template <typename Equal>
Symbol SymbolTable::lookup(std::uint64_t hash, Equal equal) const {
  const auto number = static_cast<std::uint32_t>(hash & kMask);
  const Shard& shard = shards_[number];
  const std::size_t mask = shard.slots.size() - 1;
  std::size_t slot = (hash >> kBits) & mask;
  while (shard.slots[slot] != 0) {
    const Entry& entry = shard.entries[shard.slots[slot] - 1];
    if (entry.hash == hash && equal(entry.text)) return ((shard.slots[slot] - 1) << kBits) | number;
    slot = (slot + 1) & mask;
  }
  return 0;
}

Symbol SymbolTable::find(std::string_view text) const {
  if (text.empty()) return 0;
  return lookup(hash_of(text), [text](std::string_view other) { return other == text; });
}

Symbol SymbolTable::find_dotted(Symbol left, std::string_view right) const {
  const std::string_view first = text(left);
  const std::uint64_t hash = finish(extend(extend(extend(kSeed, first), "."), right));
  return lookup(hash, [first, right](std::string_view other) {
    return other.size() == first.size() + 1 + right.size() && other.starts_with(first) &&
           other[first.size()] == '.' && other.ends_with(right);
  });
}

Symbol SymbolTable::intern(std::string_view text) {
  if (const Symbol known = find(text); known != 0 || text.empty()) return known;
  owned_.emplace_back(text);
  const std::uint64_t hash = hash_of(text);
  const auto shard = static_cast<std::uint32_t>(hash & kMask);
  return shards_[shard].add(hash, owned_.back(), shard);
}

std::string_view SymbolTable::last_component(Symbol symbol) const {
  const std::string_view whole = text(symbol);
  const std::size_t dot = whole.rfind('.');
  return dot == std::string_view::npos ? whole : whole.substr(dot + 1);
}

}  // namespace gilcheck::analyzer
