#include "project/runtime/suppression_file.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <toml++/toml.h>

#include "project/closest_word.h"
#include "project/file_reader.h"
#include "project/paths.h"
#include "project/user_error.h"
#include "rules/catalogue.h"

namespace gilcheck::project {

namespace {

constexpr std::uint64_t kMostBytes = 16U << 20U;
constexpr const char* kExample =
    "for example: [[race]] rule = \"GIL101\", location = \"Stats.*\", reason = \"for the log "
    "only\", "
    "each on a line of its own";

/// A directory's pattern stands for what lies in it.
bool covers(const IgnorePatterns& patterns, std::string_view path) {
  for (std::size_t end = path.find('/'); end != std::string_view::npos;
       end = path.find('/', end + 1)) {
    if (patterns.match(path.substr(0, end), true) == IgnorePatterns::Verdict::ignored) return true;
  }
  return patterns.match(path, false) == IgnorePatterns::Verdict::ignored;
}

RaceSuppression entry_of(const std::string& file, const toml::table& table) {
  constexpr auto kKeys =
      std::to_array<std::string_view>({"rule", "location", "function", "path", "reason"});
  RaceSuppression entry;
  const auto at = [&](const toml::node& node) {
    return file + ":" + std::to_string(node.source().begin.line);
  };
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
         any_access([&](const AccessRecord& access) { return covers(path, access.site.path); });
}

std::vector<RaceSuppression> read_suppression_file(const std::string& path) {
  const std::string file = displayable(path);
  const ReadResult text = read_regular_file(path, kMostBytes);
  if (!text.ok()) throw UserError("cannot read " + file + ": " + text.error, kExample);
  toml::table all;
  try {
    all = toml::parse(text.bytes, path);
  } catch (const toml::parse_error& error) {
    throw UserError(file + ":" + std::to_string(error.source().begin.line) + ": " +
                        std::string(error.description()),
                    kExample);
  }
  std::vector<RaceSuppression> result;
  for (const auto& [key, node] : all) {
    const auto* entries = node.as_array();
    if (key.str() != "race" || entries == nullptr || !entries->is_array_of_tables()) {
      throw UserError(file + ":" + std::to_string(node.source().begin.line) + ": '" +
                          displayable(std::string(key.str())) + "' is not understood",
                      kExample);
    }
    for (const auto& entry : *entries) result.push_back(entry_of(file, *entry.as_table()));
  }
  return result;
}

}  // namespace gilcheck::project
