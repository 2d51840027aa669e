// containers.tsv: what each operation does to its container.
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "rules/words.h"

namespace gilcheck::rules {
namespace {

constexpr std::array<Word<Effect>, 5> kEffects = {{
    {"none", Effect::None},
    {"read", Effect::Read},
    {"write", Effect::Write},
    {"structural", Effect::Structural},
    {"replace", Effect::Replace},
}};

constexpr std::array<Word<Target>, 4> kTargets = {{
    {"none", Target::None},
    {"slot", Target::Slot},
    {"structure", Target::Structure},
    {"both", Target::Both},
}};

constexpr std::array<Word<Atomic>, 7> kAtomics = {{
    {"yes", Atomic::Yes},
    {"if-builtin-key", Atomic::IfBuiltinKey},
    {"if-builtin-element", Atomic::IfBuiltinElement},
    {"if-builtin-operand", Atomic::IfBuiltinOperand},
    {"mixed-reads", Atomic::MixedReads},
    {"intermediate-visible", Atomic::IntermediateVisible},
    {"no", Atomic::No},
}};

constexpr std::array<Word<RunsPython>, 5> kRunsPython = {{
    {"never", RunsPython::Never},
    {"user-key", RunsPython::UserKey},
    {"user-element", RunsPython::UserElement},
    {"user-operand", RunsPython::UserOperand},
    {"always", RunsPython::Always},
}};

/// Rows are found by type, name and arity; functions on a container live in a namespace of their
/// own.
struct Key {
  Container type;
  bool function;
  std::int8_t arity;
  std::string_view operation;

  bool operator==(const Key&) const = default;
};

struct KeyHash {
  std::size_t operator()(const Key& key) const {
    const std::size_t small = static_cast<std::size_t>(key.type) * 64U + (key.function ? 32U : 0U) +
                              static_cast<std::size_t>(key.arity + 1);
    return std::hash<std::string_view>{}(key.operation) ^ (small * 0x9E3779B97F4A7C15ULL);
  }
};

/// Splits "pop/1" into the operation and 1.
std::int8_t take_arity(std::string_view& operation) {
  const std::size_t slash = operation.rfind('/');
  if (slash == std::string_view::npos || slash + 2 != operation.size()) return -1;
  const char digit = operation[slash + 1];
  if (digit < '0' || digit > '9') return -1;
  operation = operation.substr(0, slash);
  return static_cast<std::int8_t>(digit - '0');
}

bool is_method(std::string_view operation) {
  return !operation.empty() && operation.front() >= 'a' && operation.front() <= 'z' &&
         operation != "in" && operation != "len" && operation != "bool" && operation != "iter" &&
         operation != "next";
}

struct Table {
  std::vector<ContainerOp> rows;
  std::unordered_map<Key, const ContainerOp*, KeyHash> index;
  std::unordered_set<std::string_view> always_mutate;
  std::string errors;

  Table() {
    TsvReader reader("containers.tsv", {"type", "operation", "effect", "target", "atomic", "python",
                                        "iterates", "tests", "key", "raises", "source", "version"});
    std::vector<Key> keys;
    while (reader.next()) {
      std::string_view operation = reader.text(1);
      constexpr std::string_view kCall = "call:";
      const bool function = operation.starts_with(kCall);
      if (function) operation.remove_prefix(kCall.size());
      const std::int8_t arity = take_arity(operation);
      const ContainerOp row{reader.word(0, kContainerWords),
                            operation,
                            arity,
                            reader.word(2, kEffects),
                            reader.word(3, kTargets),
                            reader.word(4, kAtomics),
                            reader.word(5, kRunsPython),
                            reader.yes(6),
                            reader.yes(7),
                            reader.number(8),
                            reader.text(9),
                            reader.text(10),
                            reader.text(11)};
      if (row.source.empty() || row.version.empty()) reader.fail("a row cites source and version");
      if ((row.effect == Effect::None) != (row.target == Target::None)) {
        reader.fail("effect and target are none together or not at all");
      }
      const Key key{row.type, function, arity, operation};
      if (!index.emplace(key, nullptr).second) reader.fail("the operation has a row already");
      rows.push_back(row);
      keys.push_back(key);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) index[keys[i]] = &rows[i];
    index_methods(keys);
    errors = reader.errors();
  }

  void index_methods(const std::vector<Key>& keys) {
    std::unordered_set<std::string_view> ambiguous;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (keys[i].function || !is_method(rows[i].operation)) continue;
      if (is_mutable_container(rows[i].type) && rows[i].mutates()) {
        always_mutate.insert(rows[i].operation);
      } else if (!rows[i].mutates()) {
        ambiguous.insert(rows[i].operation);
      }
    }
    for (const std::string_view method : ambiguous) always_mutate.erase(method);
  }

  const ContainerOp* find(const Key& key) const {
    const auto found = index.find(key);
    return found == index.end() ? nullptr : found->second;
  }
};

const Table& table() {
  static const Table loaded;
  return loaded;
}

}  // namespace

const std::string& container_errors() {
  return table().errors;
}

const ContainerOp* container_op(Container type, std::string_view operation, int argument_count) {
  const Table& rows = table();
  const bool known_count = argument_count >= 0 && argument_count <= 9;
  for (Container at = type; at != Container::Unknown; at = base_of(at)) {
    if (known_count) {
      const auto arity = static_cast<std::int8_t>(argument_count);
      if (const ContainerOp* row = rows.find({at, false, arity, operation})) return row;
    }
    if (const ContainerOp* row = rows.find({at, false, -1, operation})) return row;
  }
  return rows.find({type, false, -1, "any"});
}

const ContainerOp* call_op(Container type, std::string_view dotted) {
  for (Container at = type; at != Container::Unknown; at = base_of(at)) {
    if (const ContainerOp* row = table().find({at, true, -1, dotted})) return row;
  }
  return nullptr;
}

bool mutates_any_container(std::string_view method) {
  return table().always_mutate.contains(method);
}

std::span<const ContainerOp> container_ops() {
  return table().rows;
}

}  // namespace gilcheck::rules
