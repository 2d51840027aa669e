#pragma once
// Accesses to fields of the project's structures, across units: who reads and writes `Foo.items`,
// under which locks, and whether the object can be shared there.
//
// Thread contract: immutable once built; concurrent reads are safe.

#include <map>
#include <string>
#include <vector>

#include "clang_plugin/flow/effects.h"
#include "clang_plugin/flow/locks.h"
#include "clang_plugin/flow/paths.h"
#include "clang_plugin/flow/references.h"
#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

struct FieldTouch {
  FunctionIndex function = 0;
  ValueId instr = 0;     ///< the load or store, or the call that its address is passed to
  PlaceId place = 0;     ///< the field's place
  ValueId base = kNone;  ///< pointer to the structure; kNone if it lies in a variable
  bool write = false;
  bool update = false;  ///< one half of `x += 1`
  bool atomic = false;  ///< by an atomic operation
  /// Nobody else can have the object there (constructors, destructors), or a comment at the
  /// function says that a lock is held.
  bool exclusive = false;
  bool init = false;    ///< only while a module is initialised
  bool nested = false;  ///< an element or inner field of it
};

struct FieldFacts {
  std::string record;  ///< "Foo"
  std::string field;   ///< "items"
  UnitIndex unit = 0;  ///< where the ids below mean something
  FieldId id = 0;
  bool object = false;              ///< of a Python object
  bool annotated = false;           ///< a comment says why it needs no lock that is seen
  std::vector<FieldTouch> touches;  ///< in program order
};

class Fields {
 public:
  static Fields build(const Program& program, const Effects& effects, const References& references,
                      const std::vector<std::unique_ptr<Paths>>& paths);
  std::span<const FieldFacts> all() const { return facts_; }
  /// The field that a place lies in, innermost of the project's structures; null if none.
  const FieldFacts* of(FunctionIndex function, PlaceId place) const;

 private:
  const Program* program_ = nullptr;
  std::vector<FieldFacts> facts_;  // sorted by record and field
  std::map<std::pair<std::string, std::string>, std::uint32_t> index_;
};

}  // namespace gilcheck::clang_plugin
