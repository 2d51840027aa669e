#pragma once
// Calls of methods on an object that an access loads, whatever the method is called: the extractor
// records accesses for the methods of builtin containers only.
//
// Thread contract: functions of their arguments only; may be called concurrently.

#include <string_view>
#include <vector>

#include "analyzer/summary.h"

namespace gilcheck::analyzer {

struct MethodCall {
  CallId call = 0;
  Sym method = 0;
};

/// The calls in `function` whose receiver is what the access `load` read, directly or through a
/// local variable, and for which there is no access of their own. Empty if it is no load.
std::vector<MethodCall> method_calls_on(const ModuleSummary& summary, const Function& function,
                                        AccessId load);

}  // namespace gilcheck::analyzer
