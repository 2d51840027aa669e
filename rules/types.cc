// The types of the tables and what they are good for.
#include "rules/words.h"

namespace gilcheck::rules {

std::string_view name_of(Container type) {
  for (const Word<Container>& word : kContainerWords) {
    if (word.value == type) return word.text;
  }
  return "unknown";
}

std::optional<Container> container_named(std::string_view name) {
  return find_word(kContainerWords, name);
}

bool is_mutable_container(Container type) {
  return type >= Container::List && type <= Container::Memoryview;
}

bool is_mapping(Container type) {
  switch (type) {
    case Container::Dict:
    case Container::DefaultDict:
    case Container::Counter:
    case Container::OrderedDict:
    case Container::ChainMap:
    case Container::WeakDict: return true;
    default: return false;
  }
}

bool is_immutable(Container type) {
  return type >= Container::Int && type <= Container::Immutable;
}

bool is_iterator(Container type) {
  return type >= Container::Iterator && type <= Container::TextIO;
}

bool is_lock(Container type) {
  return type >= Container::Lock && type <= Container::Semaphore;
}

bool is_thread_safe(Container type) {
  return type == Container::BinaryIO || (type >= Container::Lock && type <= Container::ThreadSafe);
}

bool is_confined(Container type) {
  return type == Container::ThreadLocal || type == Container::ContextVar;
}

std::string_view load_error() {
  static const std::string errors = container_errors() + constructor_errors() + snapshot_errors() +
                                    thread_root_errors() + switch_point_errors() + c_api_errors();
  return errors;
}

}  // namespace gilcheck::rules
