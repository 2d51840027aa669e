#include "analyzer/link/method_calls.h"

#include <algorithm>

namespace gilcheck::analyzer {

namespace {

/// The path is loaded again before the call.
bool loaded_since(const ModuleSummary& summary, AccessId load, AccessId before) {
  const PathId path = summary.accesses[load].path;
  for (AccessId a = load + 1; a < before; ++a) {
    const Access& access = summary.accesses[a];
    if (access.op == AccessOp::load && access.path == path) return true;
  }
  return false;
}

}  // namespace

std::vector<MethodCall> method_calls_on(const ModuleSummary& summary, const Function& function,
                                        AccessId load) {
  std::vector<MethodCall> out;
  const PathId path = summary.accesses[load].path;
  if (summary.accesses[load].op != AccessOp::load) return out;
  for (CallId id = function.calls.first; id < function.calls.end(); ++id) {
    const Call& call = summary.calls[id];
    const ValueNode& callee = summary.values[call.callee];
    if (call.before <= load || callee.kind != ValueKind::path) continue;
    const PathNode& method = summary.paths[callee.a];
    if (method.kind != PathKind::attr || method.parent != path) continue;
    if (call.before < function.accesses.end()) {
      const Access& own = summary.accesses[call.before];
      if (own.op == AccessOp::method && own.path == path && own.range == call.range) continue;
    }
    if (!loaded_since(summary, load, std::min(call.before, function.accesses.end()))) {
      out.push_back({id, method.sym});
    }
  }
  return out;
}

}  // namespace gilcheck::analyzer
