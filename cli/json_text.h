#pragma once
// The little JSON the commands `rule` and `config` write. Findings are written by report/.

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gilcheck::cli {

/// A JSON string literal.
std::string json_string(std::string_view text);
/// Values that are JSON already, as an array or object; indented by two spaces per level.
std::string json_array(const std::vector<std::string>& values, std::size_t level = 0);
std::string json_object(const std::vector<std::pair<std::string, std::string>>& members,
                        std::size_t level = 0);

}  // namespace gilcheck::cli
