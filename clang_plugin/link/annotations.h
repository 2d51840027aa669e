#pragma once
// What comments at a declaration say about it: `// gilcheck: guarded-by(lock)` and the like, at the
// end of its line or on lines of their own directly above.
//
// Thread contract: pure.

#include <cstdint>
#include <string_view>

#include "clang_plugin/unit.h"

namespace gilcheck::clang_plugin {

enum class Annotation : std::uint8_t {
  none,
  init_only,   ///< only changed, or only run, while modules are initialised or before others look
  confined,    ///< only one thread has it, or runs it
  guarded_by,  ///< the lock named is held at every access; of functions (also holds(...)): by
               ///< callers
  benign,      ///< races on it do no harm
};

struct Annotated {
  Annotation what = Annotation::none;
  std::string_view text;  ///< "guarded-by(lock)"
  explicit operator bool() const { return what != Annotation::none; }
};

/// Of a variable or a field, by where it is declared.
Annotated annotation_at(const Unit& unit, const Pos& declaration);
/// Of a function, by its definition: above it, or on the lines of its head.
Annotated annotation_of(const Unit& unit, const Function& function);

}  // namespace gilcheck::clang_plugin
