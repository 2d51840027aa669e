#pragma once
// Where object references come from: fresh objects nobody else has yet, borrowed references and who
// keeps them alive, arguments, what was loaded from memory.
//
// Thread contract: immutable once built; concurrent reads are safe.

#include <memory>
#include <vector>

#include "clang_plugin/flow/effects.h"
#include "clang_plugin/flow/names.h"
#include "clang_plugin/flow/paths.h"
#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

struct Origin {
  enum class Kind : std::uint8_t {
    unknown,
    fresh,      ///< an object made by `source`, which nobody else has yet
    owned,      ///< a new reference to an object that others may hold (source: the call)
    borrowed,   ///< kept alive by what `owner` says (source: the call or load that gave it)
    parameter,  ///< kept alive by the caller
    memory,     ///< loaded from a field or variable without taking a reference (source: the load)
    immortal,   ///< a static object: None, a type
    null,
    mixed,  ///< several of these meet
  };
  Kind kind = Kind::unknown;
  ValueId source = 0;
  rules::COwner owner = rules::COwner::None;
  ValueId container = 0;  ///< borrowed: what it was borrowed from
};

class References {
 public:
  static References build(const Program& program, const Effects& effects);

  Origin origin(FunctionIndex function, ValueId value) const;
  /// Whether the object is one that this function (or a caller, for constructors' self and for
  /// destructors) made and nobody else can have when `at` runs.
  bool exclusive(FunctionIndex function, ValueId object, ValueId at, const Paths& paths) const;
  /// Places where the object is handed to others: stored where others see it, returned, kept.
  std::vector<ValueId> publications(FunctionIndex function, ValueId object) const;
  /// Order of execution inside a function; made on first use (not to be called concurrently then).
  const Paths& paths(FunctionIndex function) const;
  /// Whether every call of the program to a function passes a fresh or private object there.
  bool private_parameter(FunctionIndex function, std::uint32_t index) const;

 private:
  Origin origin(FunctionIndex function, ValueId value, int depth) const;
  const Program* program_ = nullptr;
  const Effects* effects_ = nullptr;
  std::vector<std::vector<bool>> private_;  // by function and parameter
  std::vector<bool> returns_fresh_;         // every object it returns is fresh
  mutable std::vector<std::unique_ptr<Paths>> paths_;
};

}  // namespace gilcheck::clang_plugin
