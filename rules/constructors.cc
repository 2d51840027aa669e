// constructors.tsv: the types that calls make and annotations name.
#include <unordered_map>

#include "rules/words.h"

namespace gilcheck::rules {
namespace {

enum class Use : std::uint8_t { Call, Annotation, Both };

constexpr std::array<Word<Use>, 3> kUses = {{
    {"call", Use::Call},
    {"annotation", Use::Annotation},
    {"both", Use::Both},
}};

struct Row {
  Container type;
  Use use;
};

struct Table {
  std::unordered_map<std::string_view, Row> rows;
  std::string errors;

  Table() {
    TsvReader reader("constructors.tsv", {"callable", "type", "use", "source"});
    while (reader.next()) {
      const Row row{reader.word(1, kContainerWords), reader.word(2, kUses)};
      if (reader.text(3).empty()) reader.fail("a row cites its source");
      if (!rows.emplace(reader.text(0), row).second) reader.fail("the callable has a row already");
    }
    errors = reader.errors();
  }

  std::optional<Container> find(std::string_view dotted, Use excluded) const {
    const auto found = rows.find(dotted);
    if (found == rows.end() || found->second.use == excluded) return std::nullopt;
    return found->second.type;
  }
};

const Table& table() {
  static const Table loaded;
  return loaded;
}

}  // namespace

const std::string& constructor_errors() {
  return table().errors;
}

std::optional<Container> constructed_by(std::string_view dotted) {
  return table().find(dotted, Use::Annotation);
}

std::optional<Container> annotated_as(std::string_view dotted) {
  return table().find(dotted, Use::Call);
}

}  // namespace gilcheck::rules
