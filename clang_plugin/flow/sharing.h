#pragma once
// Whether other threads can have the object that a value refers to, and can change it: what Python
// code handed in, what the program keeps in fields and static variables, and what it made itself.
//
// Thread contract: immutable once built; concurrent reads are safe.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clang_plugin/flow/effects.h"
#include "clang_plugin/flow/paths.h"
#include "clang_plugin/flow/references.h"
#include "clang_plugin/flow/uses.h"
#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

struct Where {
  FunctionIndex function = 0;
  ValueId instr = 0;
};

/// Memory of the program as all functions see it: a field of a structure (of any instance), or a
/// variable with static storage. Elements of an array count as the array.
struct MemoryKey {
  std::string record;  ///< "" for variables
  std::string field;
  GlobalIndex global = kNone;
  friend auto operator<=>(const MemoryKey&, const MemoryKey&) = default;
  bool known() const { return global != kNone || !field.empty(); }
  std::string text(const Program& program) const;
};
MemoryKey memory_key(const Program& program, FunctionIndex function, PlaceId place);

/// What the program does with the objects it keeps in one such memory.
struct Kept {
  bool from_outside = false;   ///< an object that Python code has may be stored there
  std::optional<Where> leaks;  ///< Python code gets the object
  /// In functions that several threads run, on objects that others have:
  std::vector<Where> changed;   ///< the object's content is changed
  std::vector<Where> replaced;  ///< another object is stored
  bool annotated = false;       ///< a comment at the declaration says why it needs no lock
  bool owns = false;            ///< a reference is taken, given or released for what is stored
};

struct SharedObject {
  enum class Level : std::uint8_t { none, low, medium, high };
  Level level = Level::none;
  std::string why;  ///< "argument `list` of Python's call", "held by struct Pool.items"
  std::optional<At> at;
  bool outside = false;         ///< Python code can change it, without any lock of the program
  std::optional<Where> change;  ///< where the program itself changes it
};

class Sharing {
 public:
  static Sharing build(const Program& program, const Effects& effects,
                       const References& references);

  /// Whether another thread can have, and change, a container when `at` runs.
  SharedObject container(FunctionIndex function, ValueId object, ValueId at,
                         const Paths& paths) const;
  /// null if nothing is kept there.
  const Kept* kept(const MemoryKey& key) const;
  const Uses& uses(FunctionIndex function) const { return uses_[function]; }
  /// What is passed there is changed, or becomes visible to Python code.
  bool changes(FunctionIndex f, std::uint32_t p) const {
    return p < changes_[f].size() && changes_[f][p];
  }
  bool leaks(FunctionIndex f, std::uint32_t p) const {
    return p < leaks_[f].size() && leaks_[f][p];
  }

 private:
  struct Fate {
    bool changes = false;
    bool leaks = false;
  };
  /// The keyword arguments or the tuple that the interpreter made for one call.
  bool made_for_call(FunctionIndex f, ValueId value) const;
  /// A variable, or a field of a Python object.
  bool of_object(const MemoryKey& key) const;
  /// An entry is added to a dict that was asked for it before.
  bool fills_when_absent(const Where& change, const MemoryKey& key) const;
  Fate fate_of_pass(FunctionIndex f, const ReferenceUse& use) const;
  void read_parameters();
  void read_memory();
  void follow_kept(FunctionIndex f, ValueId value, Kept& kept, int depth) const;
  SharedObject trace(FunctionIndex f, ValueId object, ValueId at, const Paths* paths,
                     int depth) const;
  SharedObject trace_parameter(FunctionIndex f, std::uint32_t index, int depth) const;
  SharedObject trace_load(FunctionIndex f, ValueId load, ValueId at, const Paths* paths,
                          int depth) const;

  const Program* program_ = nullptr;
  const Effects* effects_ = nullptr;
  const References* references_ = nullptr;
  std::vector<Uses> uses_;
  std::vector<std::vector<bool>> changes_;  // by function and parameter
  std::vector<std::vector<bool>> leaks_;
  std::map<MemoryKey, Kept> kept_;
};

/// Whether parameter `index` of an entry is the dict of keyword arguments that the interpreter made
/// for this call, or its tuple of positional ones.
bool is_call_packing(const Program& program, FunctionIndex function, std::uint32_t index);

}  // namespace gilcheck::clang_plugin
