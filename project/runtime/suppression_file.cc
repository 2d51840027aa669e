#include "project/runtime/suppression_file.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "project/closest_word.h"
#include "project/file_reader.h"
#include "project/paths.h"
#include "project/toml_text.h"
#include "project/user_error.h"
#include "rules/catalogue.h"

namespace gilcheck::project {

namespace {

constexpr std::uint64_t kMostBytes = 16U << 20U;
constexpr const char* kExample =
    "as in: [[race]], then on lines of their own rule = \"GIL101\", location = \"Stats.*\" and "
    "reason = \"for the log only\"";

RaceSuppression entry_of(const std::string& file, const toml::table& table) {
  constexpr auto kKeys =
      std::to_array<std::string_view>({"rule", "location", "function", "path", "reason"});
  RaceSuppression entry;
  const auto at = [&](const toml::node& node) { return place_in(file, node.source()); };
  entry.place = at(table);
  bool narrow = false;
  for (const auto& [key, node] : table) {
    const std::string_view name = key.str();
    if (std::ranges::find(kKeys, name) == kKeys.end()) {
      const std::string_view close = closest_word(name, kKeys);
      throw UserError(at(node) + ": unknown key '" + displayable(std::string(name)) + "'",
                      close.empty() ? kExample : "did you mean '" + std::string(close) + "'?");
    }
    const auto* text = node.as_string();
    if (text == nullptr || text->get().empty())
      throw UserError(at(node) + ": " + std::string(name) + " must be text", kExample);
    narrow = narrow || name != "reason";
    if (name == "rule") {
      const rules::Rule* rule = rules::find(text->get());
      if (rule == nullptr) {
        throw UserError(at(node) + ": '" + displayable(text->get()) + "' is no rule",
                        "`gilcheck rule --all` lists them");
      }
      entry.rule = rule->code;
    } else if (name == "location") {
      entry.location = text->get();
    } else if (name == "function") {
      entry.function = text->get();
    } else if (name == "path") {
      entry.path.add(text->get());
    } else {
      entry.reason = text->get();
    }
  }
  if (entry.reason.empty())
    throw UserError(entry.place + ": no reason", "say in `reason` why the race is accepted");
  if (!narrow) {
    throw UserError(entry.place + ": it would suppress every race",
                    "name a rule, location, function or path");
  }
  return entry;
}

}  // namespace

bool RaceSuppression::matches(const Finding& race) const {
  if (!rule.empty() && rule != race.rule) return false;
  if (!location.empty() && !matches_segment(location, race.location.name)) return false;
  const auto any_access = [&](const auto& test) {
    return std::ranges::any_of(race.region, test) || std::ranges::any_of(race.conflicts, test);
  };
  if (!function.empty() && !any_access([&](const AccessRecord& access) {
        return matches_segment(function, access.symbol);
      })) {
    return false;
  }
  return path.empty() ||
         any_access([&](const AccessRecord& access) { return path.covers(access.site.path); });
}

std::vector<RaceSuppression> read_suppression_file(const std::string& path) {
  const std::string file = displayable(path);
  const ReadResult text = read_regular_file(path, kMostBytes);
  if (!text.ok()) throw UserError("cannot read " + file + ": " + text.error, kExample);
  const toml::table all = parse_toml(text.bytes, file, kExample);
  std::vector<RaceSuppression> result;
  for (const auto& [key, node] : all) {
    const auto* entries = node.as_array();
    if (key.str() != "race" || entries == nullptr || !entries->is_array_of_tables()) {
      throw UserError(place_in(file, node.source()) + ": '" + displayable(std::string(key.str())) +
                          "' is not understood",
                      kExample);
    }
    for (const auto& entry : *entries) result.push_back(entry_of(file, *entry.as_table()));
  }
  return result;
}

}  // namespace gilcheck::project
