#pragma once
// Calls through function pointers that the program keeps in fields of its own structures: which
// functions can be there, if all that is stored is seen.
//
// Thread contract: functions of their arguments only; may be called concurrently.

#include <vector>

#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

struct PointerCalls {
  struct Call {
    FunctionIndex caller = 0;
    ValueId call = 0;
    std::vector<FunctionIndex> targets;  ///< in order, not empty
  };
  std::vector<Call> calls;
  /// Functions whose address goes nowhere but into such fields, which are only called.
  std::vector<FunctionIndex> only_called;
};

/// Looks at tables and bodies of a program whose functions are numbered.
PointerCalls pointer_calls(const Program& program);

}  // namespace gilcheck::clang_plugin
