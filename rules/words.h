#pragma once
// Internal to rules/: the vocabularies that several tables share, and each table's defects.

#include <array>
#include <string>
#include <string_view>

#include "rules/tables.h"
#include "rules/tsv.h"

namespace gilcheck::rules {

/// Every type of a row, by its name in the tables.
inline constexpr std::array<Word<Container>, 43> kContainerWords = {{
    {"list", Container::List},
    {"dict", Container::Dict},
    {"defaultdict", Container::DefaultDict},
    {"counter", Container::Counter},
    {"ordereddict", Container::OrderedDict},
    {"chainmap", Container::ChainMap},
    {"set", Container::Set},
    {"deque", Container::Deque},
    {"bytearray", Container::Bytearray},
    {"array", Container::Array},
    {"weak-dict", Container::WeakDict},
    {"weak-set", Container::WeakSet},
    {"namespace", Container::Namespace},
    {"memoryview", Container::Memoryview},
    {"dict-view", Container::DictView},
    {"int", Container::Int},
    {"float", Container::Float},
    {"bool", Container::Bool},
    {"str", Container::Str},
    {"bytes", Container::Bytes},
    {"tuple", Container::Tuple},
    {"frozenset", Container::FrozenSet},
    {"unique", Container::Unique},
    {"immutable", Container::Immutable},
    {"iterator", Container::Iterator},
    {"generator", Container::Generator},
    {"count", Container::Count},
    {"text-io", Container::TextIO},
    {"binary-io", Container::BinaryIO},
    {"lock", Container::Lock},
    {"rlock", Container::RLock},
    {"condition", Container::Condition},
    {"semaphore", Container::Semaphore},
    {"event", Container::Event},
    {"barrier", Container::Barrier},
    {"queue", Container::Queue},
    {"thread", Container::Thread},
    {"executor", Container::Executor},
    {"pool", Container::Pool},
    {"future", Container::Future},
    {"thread-safe", Container::ThreadSafe},
    {"thread-local", Container::ThreadLocal},
    {"context-var", Container::ContextVar},
}};

/// Each loads its table if that has not happened, and returns the defects found in it.
const std::string& container_errors();
const std::string& constructor_errors();
const std::string& snapshot_errors();
const std::string& thread_root_errors();
const std::string& switch_point_errors();
const std::string& c_api_errors();

/// The type whose rows hold for `type` where it has none of its own; Unknown at the top.
constexpr Container base_of(Container type) {
  switch (type) {
    case Container::DefaultDict:
    case Container::Counter:
    case Container::OrderedDict: return Container::Dict;
    case Container::RLock: return Container::Lock;
    default: return Container::Unknown;
  }
}

}  // namespace gilcheck::rules
