#pragma once
// JSON with members in the order they were added, and text that need not be valid UTF-8.

#include <nlohmann/json.hpp>
#include <string>

namespace gilcheck::report {

using Json = nlohmann::ordered_json;

/// One line; bytes that are not UTF-8 become U+FFFD.
inline std::string to_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace gilcheck::report
