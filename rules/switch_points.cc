// switch_points.tsv: where the eval loop hands the GIL over, by CPython version.
#include <algorithm>
#include <vector>

#include "rules/words.h"

namespace gilcheck::rules {
namespace {

constexpr std::array<Word<Construct>, 17> kConstructs = {{
    {"function-entry", Construct::FunctionEntry},
    {"backward-jump", Construct::BackwardJump},
    {"call-c", Construct::CallC},
    {"call-python", Construct::CallPython},
    {"forward-jump", Construct::ForwardJump},
    {"instruction", Construct::Instruction},
    {"await", Construct::Await},
    {"yield", Construct::Yield},
    {"with", Construct::With},
    {"import", Construct::Import},
    {"special-method-python", Construct::SpecialMethodPython},
    {"special-method-c", Construct::SpecialMethodC},
    {"blocking-release", Construct::BlockingRelease},
    {"allocation", Construct::Allocation},
    {"call-inlined", Construct::CallInlined},
    {"comprehension", Construct::Comprehension},
    {"except-handler", Construct::ExceptHandler},
}};

constexpr PythonMinor kOpen = 255;

struct Table {
  std::vector<SwitchPoint> rows;
  std::string errors;

  Table() {
    TsvReader reader("switch_points.tsv",
                     {"construct", "first", "last", "switches", "phrase", "source"});
    while (reader.next()) {
      const SwitchPoint row{reader.word(0, kConstructs),
                            minor(reader, 1),
                            minor(reader, 2),
                            reader.yes(3),
                            reader.text(4),
                            reader.text(5)};
      if (row.phrase.empty() || row.source.empty()) reader.fail("a row has a phrase and a source");
      if (row.first > row.last) reader.fail("the range of versions is empty");
      for (const SwitchPoint& other : rows) {
        if (other.construct == row.construct && row.first <= other.last &&
            other.first <= row.last) {
          reader.fail("the versions overlap those of another row");
        }
      }
      rows.push_back(row);
    }
    check_coverage(reader);
    errors = reader.errors();
  }

  static PythonMinor minor(TsvReader& reader, std::size_t column) {
    if (reader.text(column) == "*") return kOpen;
    const std::int8_t value = reader.number(column);
    return value < 0 ? kOpen : static_cast<PythonMinor>(value);
  }

  void check_coverage(TsvReader& reader) const {
    for (const Word<Construct>& word : kConstructs) {
      for (PythonMinor minor = 0; minor <= 20; ++minor) {
        if (find(word.value, minor) != nullptr) continue;
        reader.fail("no row says what '" + std::string(word.text) + "' does in 3." +
                    std::to_string(minor));
        break;
      }
    }
  }

  const SwitchPoint* find(Construct construct, PythonMinor minor) const {
    const auto found = std::ranges::find_if(rows, [&](const SwitchPoint& row) {
      return row.construct == construct && row.first <= minor && minor <= row.last;
    });
    return found == rows.end() ? nullptr : &*found;
  }
};

const Table& table() {
  static const Table loaded;
  return loaded;
}

}  // namespace

const std::string& switch_point_errors() {
  return table().errors;
}

const SwitchPoint* switch_point(Construct construct, PythonMinor minor) {
  return table().find(construct, minor);
}

bool is_switch_point(Construct construct, PythonMinor minor) {
  const SwitchPoint* row = switch_point(construct, minor);
  return row == nullptr || row->switches;
}

std::span<const SwitchPoint> switch_points() {
  return table().rows;
}

}  // namespace gilcheck::rules
