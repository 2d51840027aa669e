#pragma once
// Symbolic names of objects and memory: "parameter 0", "global cache", "parameter 0 . lock". Two
// values of one function with the same name are the same object as far as the text tells; a name
// that begins at a parameter can be carried over to the callers and callees of its function. Locks
// are compared by these names.
//
// Steps: ".f" a field, "[]" an element, "^" what the memory holds (a pointer that was loaded).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

struct Name {
  enum class Root : std::uint8_t {
    unknown,
    parameter,  ///< id: index
    global,     ///< id: GlobalIndex
    local,      ///< id: ValueId or VarId; means something in one function only
    getter,     ///< what a function returns that always gives the same object for the same
                ///< arguments (module state); steps begin with its name
    enclosing,  ///< an object that only callers can name; steps say what it is
  };
  Root root = Root::unknown;
  std::uint32_t id = 0;
  std::string steps;

  bool known() const { return root != Root::unknown; }
  friend auto operator<=>(const Name&, const Name&) = default;
  /// "self.lock" style text for messages; `unit` and `function` give parameters their names.
  std::string text(const Program& program, FunctionIndex function) const;
};

/// The object a value points to (or is).
Name name_of_value(const Program& program, FunctionIndex function, ValueId value);
/// The memory itself.
Name name_of_place(const Program& program, FunctionIndex function, PlaceId place);

/// A callee's name as its caller sees it: parameters become arguments. unknown if it means nothing
/// there.
Name in_caller(const Program& program, FunctionIndex caller, ValueId call, const Name& name);
/// What a local object of class type was given to keep, instead of the field it is kept in:
/// `guard.mutex` is the mutex that the guard was made with. Other names as they are.
Name kept_in_object(const Program& program, FunctionIndex function, const Name& name);
/// A caller's name as the callee sees it: unknown if it is not reachable from its parameters.
Name in_callee(const Program& program, FunctionIndex caller, ValueId call, const Name& name);

}  // namespace gilcheck::clang_plugin
