// thread_roots.tsv: what makes a function run in another thread.
#include <unordered_map>
#include <vector>

#include "rules/words.h"

namespace gilcheck::rules {
namespace {

constexpr std::array<Word<RootForm>, 3> kForms = {{
    {"call", RootForm::Call},
    {"method", RootForm::Method},
    {"decorator", RootForm::Decorator},
}};

constexpr std::array<Word<RootKind>, 12> kKinds = {{
    {"thread", RootKind::Thread},
    {"timer", RootKind::Timer},
    {"executor", RootKind::Executor},
    {"pool", RootKind::Pool},
    {"asyncio", RootKind::Asyncio},
    {"server", RootKind::Server},
    {"web", RootKind::Web},
    {"task", RootKind::Task},
    {"signal", RootKind::Signal},
    {"atexit", RootKind::AtExit},
    {"finalizer", RootKind::Finalizer},
    {"hook", RootKind::Hook},
}};

constexpr std::array<Word<Multiplicity>, 2> kMultiplicities = {{
    {"one", Multiplicity::One},
    {"many", Multiplicity::Many},
}};

constexpr std::array<Word<RootArguments>, 5> kArguments = {{
    {"none", RootArguments::None},
    {"packed", RootArguments::Packed},
    {"rest", RootArguments::Rest},
    {"map-items", RootArguments::MapItems},
    {"star-items", RootArguments::StarItems},
}};

using Index = std::unordered_map<std::string_view, std::vector<const ThreadRoot*>>;

struct Table {
  std::vector<ThreadRoot> rows;
  Index by_name;    // calls and decorators
  Index by_method;  // rows "*.name", by name
  Index by_base;    // methods, by the base class
  std::string errors;

  Table() {
    TsvReader reader("thread_roots.tsv",
                     {"name", "form", "kind", "many", "arguments", "target", "keyword", "args",
                      "args_keyword", "kwargs", "source", "version"});
    while (reader.next()) {
      const ThreadRoot row{reader.text(0),
                           reader.word(1, kForms),
                           reader.word(2, kKinds),
                           reader.word(3, kMultiplicities),
                           reader.word(4, kArguments),
                           reader.number(5),
                           reader.text(6),
                           reader.number(7),
                           reader.text(8),
                           reader.text(9),
                           reader.text(10),
                           reader.text(11)};
      check(row, reader);
      rows.push_back(row);
    }
    for (const ThreadRoot& row : rows) index(row);
    errors = reader.errors();
  }

  void check(const ThreadRoot& row, TsvReader& reader) const {
    if (row.source.empty() || row.version.empty()) reader.fail("a row cites source and version");
    const bool has_target = row.target_position >= 0 || !row.target_keyword.empty();
    if (has_target != (row.form == RootForm::Call))
      reader.fail("a call, and only that, has a target");
    const bool has_args = row.args_position >= 0 || !row.args_keyword.empty();
    if (has_args != (row.arguments == RootArguments::Packed)) {
      reader.fail("packed arguments, and only those, have a position or keyword");
    }
    if (row.form == RootForm::Method && row.name.rfind('.') == std::string_view::npos) {
      reader.fail("a method is named through its class");
    }
    for (const ThreadRoot& other : rows) {
      if (other.name == row.name && other.form == row.form)
        reader.fail("the name has a row already");
    }
  }

  void index(const ThreadRoot& row) {
    if (row.form == RootForm::Method) {
      by_base[row.name.substr(0, row.name.rfind('.'))].push_back(&row);
    } else if (row.name.starts_with("*.")) {
      by_method[row.name.substr(2)].push_back(&row);
    } else {
      by_name[row.name].push_back(&row);
    }
  }
};

const Table& table() {
  static const Table loaded;
  return loaded;
}

/// The first entry, which is the call where a name is both call and decorator.
const ThreadRoot* first(const Index& index, std::string_view name) {
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second.front();
}

bool matches_pattern(std::string_view pattern, std::string_view method) {
  if (pattern.ends_with('*')) return method.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == method;
}

}  // namespace

const std::string& thread_root_errors() {
  return table().errors;
}

const ThreadRoot* thread_root(std::string_view dotted) {
  return first(table().by_name, dotted);
}

const ThreadRoot* thread_root(std::string_view dotted, RootForm form) {
  const auto found = table().by_name.find(dotted);
  if (found == table().by_name.end()) return nullptr;
  for (const ThreadRoot* row : found->second) {
    if (row->form == form) return row;
  }
  return nullptr;
}

const ThreadRoot* thread_root_by_method(std::string_view method) {
  return first(table().by_method, method);
}

const ThreadRoot* thread_root_override(std::string_view base, std::string_view method) {
  const auto found = table().by_base.find(base);
  if (found == table().by_base.end()) return nullptr;
  for (const ThreadRoot* row : found->second) {
    if (matches_pattern(row->name.substr(base.size() + 1), method)) return row;
  }
  return nullptr;
}

std::span<const ThreadRoot> thread_roots() {
  return table().rows;
}

}  // namespace gilcheck::rules
