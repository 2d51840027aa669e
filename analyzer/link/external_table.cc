#include "analyzer/link/external_table.h"

namespace gilcheck::analyzer {
namespace {

/// "spam.bump" of "package.spam.bump"; empty without a module.
std::string_view last_two(std::string_view dotted) {
  const auto last = dotted.rfind('.');
  if (last == dotted.npos || last == 0) return {};
  const auto before = dotted.rfind('.', last - 1);
  return before == dotted.npos ? dotted : dotted.substr(before + 1);
}

}  // namespace

ExternalTable::ExternalTable(std::span<const ExternalState> states) {
  for (const ExternalState& state : states) {
    rows_[state.module + "." + state.name].push_back(&state);
    const auto dot = state.name.find('.');
    if (dot != state.name.npos) types_[state.module + "." + state.name.substr(0, dot)] = true;
  }
}

const ExternalTable::Rows& ExternalTable::find(std::string_view key) const {
  static const Rows kNone;
  const auto found = rows_.find(key);
  return found == rows_.end() ? kNone : found->second;
}

const ExternalTable::Rows& ExternalTable::called(std::string_view dotted) const {
  return find(last_two(dotted));
}

const ExternalTable::Rows& ExternalTable::method(std::string_view type,
                                                 std::string_view method) const {
  return find(std::string(last_two(type)) + "." + std::string(method));
}

bool ExternalTable::is_type(std::string_view dotted) const {
  return types_.contains(last_two(dotted));
}

}  // namespace gilcheck::analyzer
