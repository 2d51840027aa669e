#include "cli/json_text.h"

namespace gilcheck::cli {

namespace {

/// Items between brackets, one per line.
std::string enclose(char open, char close, const std::vector<std::string>& items,
                    std::size_t level) {
  if (items.empty()) return {open, close};
  const std::string indent(2 * (level + 1), ' ');
  std::string out{open};
  for (std::size_t i = 0; i < items.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    out += indent + items[i];
  }
  return out + "\n" + std::string(2 * level, ' ') + close;
}

}  // namespace

std::string json_string(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out += kHex[byte >> 4U];
          out += kHex[byte & 15U];
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

std::string json_array(const std::vector<std::string>& values, std::size_t level) {
  return enclose('[', ']', values, level);
}

std::string json_object(const std::vector<std::pair<std::string, std::string>>& members,
                        std::size_t level) {
  std::vector<std::string> items;
  for (const auto& [key, value] : members) items.push_back(json_string(key) + ": " + value);
  return enclose('{', '}', items, level);
}

}  // namespace gilcheck::cli
