#pragma once
// What happens to a borrowed reference on the ways on from where it was borrowed: each use that
// comes before the function takes a reference of its own, and what can run before it.
//
// Thread contract: pure functions of the linked program.

#include <functional>
#include <vector>

#include "clang_plugin/flow/effects.h"
#include "clang_plugin/flow/uses.h"
#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

struct BorrowedUse {
  ReferenceUse use;
  /// The first switch points on one way from the borrow to this use; 0 if there are none.
  ValueId sure_switch = 0;   ///< Python code or another thread runs
  ValueId maybe_switch = 0;  ///< only with operands of types written in Python
};

/// Follows `value` through the variables it is assigned to, along all ways from `from`. A way ends
/// where the reference is made a strong one (that is the last use on it), where `from` runs again,
/// where the value is known to be null, and at instructions that `ends` says.
std::vector<BorrowedUse> uses_while_borrowed(const Program& program, const Effects& effects,
                                             FunctionIndex function, ValueId from, ValueId value,
                                             const std::function<bool(ValueId)>& ends);

}  // namespace gilcheck::clang_plugin
