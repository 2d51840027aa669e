#include "analyzer/extract/summary_builder.h"

#include <algorithm>

namespace gilcheck::analyzer {

SummaryBuilder::SummaryBuilder() {
  out_.paths.emplace_back();
  out_.values.emplace_back();
  out_.held_sets.emplace_back();
  names_.emplace_back();
  syms_.emplace(std::string_view(), 0);
}

Sym SummaryBuilder::intern(std::string_view text) {
  const auto [at, added] = syms_.try_emplace(text, static_cast<Sym>(names_.size()));
  if (added) names_.push_back(text);
  return at->second;
}

Sym SummaryBuilder::intern_copy(std::string text) {
  if (const auto found = syms_.find(std::string_view(text)); found != syms_.end()) {
    return found->second;
  }
  return intern(owned_.emplace_back(std::move(text)));
}

PathId SummaryBuilder::path(PathKind kind, PathId parent, Sym sym, std::uint32_t aux) {
  const Key key{(static_cast<std::uint64_t>(parent) << 32) | aux,
                (static_cast<std::uint64_t>(sym) << 8) | static_cast<std::uint64_t>(kind)};
  const auto [at, added] = paths_.try_emplace(key, static_cast<PathId>(out_.paths.size()));
  if (added) out_.paths.push_back({kind, parent, sym, aux});
  return at->second;
}

PathId SummaryBuilder::of_value(ValueId value) {
  if (value == 0) return 0;
  const ValueNode& node = out_.values[value];
  if (node.kind == ValueKind::path) return node.a;
  return path(PathKind::value, 0, 0, value);
}

ValueId SummaryBuilder::value(ValueKind kind, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  const Key key{(static_cast<std::uint64_t>(a) << 32) | b,
                (static_cast<std::uint64_t>(c) << 8) | static_cast<std::uint64_t>(kind)};
  const auto [at, added] = values_.try_emplace(key, static_cast<ValueId>(out_.values.size()));
  if (added) out_.values.push_back({kind, a, b, c});
  return at->second;
}

ValueId SummaryBuilder::fresh_value(ValueKind kind, std::uint32_t a, std::uint32_t b,
                                    std::uint32_t c) {
  out_.values.push_back({kind, a, b, c});
  return static_cast<ValueId>(out_.values.size() - 1);
}

HeldId SummaryBuilder::held(const std::vector<SectionId>& sections) {
  if (sections.empty()) return 0;
  // Consecutive accesses mostly hold what the one before held; older sets are looked for shortly.
  const std::size_t count = out_.held_sets.size();
  for (std::size_t back = 1; back < std::min<std::size_t>(count, 8); ++back) {
    const Range set = out_.held_sets[count - back];
    if (set.count == sections.size() &&
        std::equal(sections.begin(), sections.end(), out_.held_lists.begin() + set.first)) {
      return static_cast<HeldId>(count - back);
    }
  }
  out_.held_sets.push_back({static_cast<std::uint32_t>(out_.held_lists.size()),
                            static_cast<std::uint32_t>(sections.size())});
  out_.held_lists.insert(out_.held_lists.end(), sections.begin(), sections.end());
  return static_cast<HeldId>(count);
}

ModuleSummary SummaryBuilder::take() {
  std::size_t total = 0;
  for (const auto name : names_) total += name.size();
  out_.string_data.reserve(total);
  out_.strings.reserve(names_.size() + 1);
  for (const auto name : names_) {
    out_.strings.push_back(static_cast<std::uint32_t>(out_.string_data.size()));
    out_.string_data.append(name);
  }
  out_.strings.push_back(static_cast<std::uint32_t>(out_.string_data.size()));
  return std::move(out_);
}

}  // namespace gilcheck::analyzer
