// snapshots.tsv: how calls consume the container they are given.
#include <functional>
#include <unordered_map>

#include "rules/words.h"

namespace gilcheck::rules {
namespace {

constexpr std::array<Word<Consumption>, 4> kConsumptions = {{
    {"snapshot", Consumption::Snapshot},
    {"one-call", Consumption::OneCall},
    {"lazy", Consumption::Lazy},
    {"python", Consumption::Python},
}};

/// Container::Unknown stands for "any other type".
struct Key {
  std::string_view callable;
  Container operand;

  bool operator==(const Key&) const = default;
};

struct KeyHash {
  std::size_t operator()(const Key& key) const {
    return std::hash<std::string_view>{}(key.callable) ^
           (static_cast<std::size_t>(key.operand) * 0x9E3779B97F4A7C15ULL);
  }
};

struct Table {
  std::unordered_map<Key, Consumption, KeyHash> rows;
  std::string errors;

  Table() {
    TsvReader reader("snapshots.tsv", {"callable", "operand", "consumption", "source", "version"});
    while (reader.next()) {
      const Consumption consumption = reader.word(2, kConsumptions);
      if (reader.text(3).empty() || reader.text(4).empty()) {
        reader.fail("a row cites source and version");
      }
      std::string_view operands = reader.text(1);
      while (!operands.empty()) {
        const std::size_t comma = operands.find(',');
        const std::string_view name = operands.substr(0, comma);
        operands.remove_prefix(comma == std::string_view::npos ? operands.size() : comma + 1);
        const std::optional<Container> operand =
            name == "any" ? Container::Unknown : container_named(name);
        if (!operand) {
          reader.fail("unknown operand '" + std::string(name) + "'");
        } else if (!rows.emplace(Key{reader.text(0), *operand}, consumption).second) {
          reader.fail("the callable has a row for '" + std::string(name) + "' already");
        }
      }
    }
    errors = reader.errors();
  }
};

const Table& table() {
  static const Table loaded;
  return loaded;
}

}  // namespace

const std::string& snapshot_errors() {
  return table().errors;
}

std::optional<Consumption> consumption(std::string_view dotted, Container operand) {
  const auto& rows = table().rows;
  auto found = rows.find({dotted, operand});
  if (found == rows.end()) found = rows.find({dotted, Container::Unknown});
  if (found == rows.end()) return std::nullopt;
  if (operand == Container::Generator && found->second != Consumption::Lazy) {
    return Consumption::Python;
  }
  return found->second;
}

}  // namespace gilcheck::rules
