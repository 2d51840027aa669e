#include "project/toml_text.h"

#include "project/user_error.h"

namespace gilcheck::project {

std::string place_in(std::string_view file, const toml::source_region& region) {
  std::string out(file);
  if (region.begin.line != 0 && file != kCommandLine)
    out += ":" + std::to_string(region.begin.line);
  return out;
}

toml::table parse_toml(std::string_view text, std::string_view file, const std::string& hint) {
  try {
    return toml::parse(text, std::string(file));
  } catch (const toml::parse_error& error) {
    throw UserError(
        place_in(file, error.source()) + ": not valid TOML: " + std::string(error.description()),
        hint);
  }
}

}  // namespace gilcheck::project
