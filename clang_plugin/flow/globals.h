#pragma once
// Every variable with static storage, and what protects it: the inventory behind GIL502, 505, 506
// and 515 and `gilcheck debug globals`.
//
// Thread contract: immutable once built; concurrent reads are safe.

#include <string>
#include <vector>

#include "clang_plugin/flow/effects.h"
#include "clang_plugin/flow/locks.h"
#include "clang_plugin/link/annotations.h"
#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

enum class GlobalClass : std::uint8_t {
  constant,    ///< const, or never written
  definition,  ///< a table or object that the interpreter owns: PyTypeObject, PyModuleDef, ...
  lock,        ///< a mutex, a once flag, a thread-local key
  thread_local_,
  atomic,     ///< of an atomic type, or only used by atomic operations
  init_only,  ///< written only while modules are initialised
  guarded,    ///< one lock is held at every access that several threads can run
  unreached,  ///< no function that Python can reach touches it
  confined,   ///< annotated so in the source
  unlocked,   ///< written where several threads run, with no lock common to all accesses
};
std::string_view to_string(GlobalClass);

/// One access that counts: outside initialisation, and not of an atomic operation.
struct GlobalTouch {
  FunctionIndex function = 0;
  ValueId instr = 0;  ///< the load or store; of a passed address the call
  bool write = false;
  bool update = false;  ///< one half of `x += 1`
  bool certain = true;  ///< false: its address is passed to code that is not seen
};

struct GlobalFacts {
  GlobalClass what = GlobalClass::constant;
  std::vector<GlobalTouch> shared;  ///< where several threads can run, in program order
  std::vector<Held> guard;          ///< guarded: the common locks
  std::string why;                  ///< one phrase
  Annotation annotated = Annotation::none;
};

class Globals {
 public:
  static Globals build(const Program& program, const Effects& effects, const Locks& locks);
  const GlobalFacts& of(GlobalIndex global) const { return facts_[global]; }

 private:
  std::vector<GlobalFacts> facts_;
};

}  // namespace gilcheck::clang_plugin
