#pragma once
// Every configuration key: its documentation and how a value becomes a setting. The documentation
// page, `gilcheck config`, the JSON schema and the error messages are all made from this table.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "project/settings.h"

namespace gilcheck::project {

enum class OptionType : unsigned char {
  boolean,
  word,  ///< one of `choices`
  text,
  integer,
  size,           ///< bytes, or text like "64MB"
  selectors,      ///< list of rule selectors
  patterns,       ///< list of gitignore patterns
  directories,    ///< list of directories
  selector_table  ///< table: pattern -> list of rule selectors
};

struct Option {
  std::string_view key;
  OptionType type;
  std::string_view default_value;  ///< as TOML
  std::string_view summary;        ///< one sentence
  std::string_view details;        ///< more, as markdown; may be empty
  std::string_view example;        ///< TOML, a whole `key = value`
  std::string_view flag;           ///< the command line's equivalent; may be empty
  std::vector<std::string_view> choices = {};
};

/// All options in the order of the documentation; lives as long as the program.
std::span<const Option> options();
/// Null if there is none.
const Option* find_option(std::string_view key);
/// What kind of value the type takes, for people: "a list of rule selectors".
std::string_view describe(OptionType type);
/// All keys, for suggestions.
std::span<const std::string_view> option_keys();

/// The current value as TOML, for `--show-settings`.
std::string value_of(const Settings& settings, const Option& option);

}  // namespace gilcheck::project
