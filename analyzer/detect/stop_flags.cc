// Order by a flag: whoever adds tests it under a lock and leaves if it is set; whoever shuts down
// sets it under that lock first. After that, nobody adds.
#include <algorithm>

#include "analyzer/detect/candidate.h"
#include "analyzer/link/model.h"

namespace gilcheck::analyzer {

namespace {

constexpr int kMostCallers = 2;

bool within(const ModuleSummary& s, BlockId block, BlockId ancestor) {
  while (block != kNone && block != ancestor) block = s.blocks[block].parent;
  return block == ancestor;
}

/// A constant that is true, through annotations.
bool sets(const ModuleSummary& s, const Access& access) {
  if (access.op != AccessOp::store) return false;
  const ValueNode* node = &s.values[access.value];
  while (node->kind == ValueKind::annotated) node = &s.values[node->b];
  if (node->kind == ValueKind::string) return true;
  if (node->kind != ValueKind::constant ||
      node->a == static_cast<std::uint32_t>(Builtin::none_type)) {
    return false;
  }
  const std::string_view text = s.name(node->b);
  return text != "False" && text != "0" && text != "0.0" && !text.empty();
}

/// Once set, it is never unset: every store but that of construction and import sets it.
bool for_good(const DetectContext& context, LocationId flag) {
  const LocationFacts& facts = context.facts[flag];
  return !facts.changes.empty() &&
         std::all_of(facts.changes.begin(), facts.changes.end(), [&](std::size_t i) {
           const AccessRef& ref = facts.accesses[i].ref;
           return sets(context.summary(ref.module), context.access(ref));
         });
}

/// Locks of one section that is held at both places.
std::vector<LockId> common(const DetectContext& context, FunctionIndex f, HeldId a, HeldId b) {
  std::vector<LockId> out;
  const std::vector<HeldLock> left = context.program.locks_held(f, a);
  const std::vector<HeldLock> right = context.program.locks_held(f, b);
  for (const HeldLock& x : left) {
    if (x.lock == kNone || x.strength != HeldLock::Strength::sure) continue;
    for (const HeldLock& y : right) {
      if (y.lock == x.lock && y.section == x.section) out.push_back(x.lock);
    }
  }
  return out;
}

/// A path's owner is the function's own first parameter, or there is none (a global).
bool of_self(const DetectContext& context, ModuleIndex m, PathId path) {
  const ModuleSummary& s = context.summary(m);
  while (s.paths[path].kind == PathKind::item) path = s.paths[path].parent;
  if (s.paths[path].kind == PathKind::global) return true;
  return s.paths[path].kind == PathKind::attr &&
         context.program.model().self_method(m, s.paths[path].parent) != kNone;
}

/// The place in `f` runs only where the flag was seen unset under `lock`, in one section.
bool gated(const DetectContext& context, LocationId flag, LockId lock, FunctionIndex f,
           BlockId block, HeldId held, AccessId access, CallId call, int depth) {
  const ModuleIndex m = context.program.functions()[f].module;
  const ModuleSummary& s = context.summary(m);
  const Function& function = context.program.function(f);
  for (std::uint32_t i = function.gates.first; i < function.gates.end(); ++i) {
    const Gate& gate = s.gates[i];
    if (gate.set || context.program.location_of(m, gate.tested) != flag ||
        !of_self(context, m, s.accesses[gate.tested].path) || !within(s, block, gate.block) ||
        (call == kNone ? gate.from > access : gate.from_call > call)) {
      continue;
    }
    const std::vector<LockId> locks = common(context, f, s.accesses[gate.tested].held, held);
    if (std::find(locks.begin(), locks.end(), lock) != locks.end()) return true;
  }
  if (depth >= kMostCallers) return false;
  // Every caller holds the lock and has looked.
  const FunctionInfo& info = context.program.functions()[f];
  const bool at_entry =
      std::any_of(info.entry_locks.begin(), info.entry_locks.end(), [&](const HeldLock& entry) {
        return entry.lock == lock && entry.strength == HeldLock::Strength::sure;
      });
  const Model& model = context.program.model();
  if (!at_entry || info.escapes || model.edges_into_first[f] == model.edges_into_first[f + 1]) {
    return false;
  }
  for (std::uint32_t i = model.edges_into_first[f]; i < model.edges_into_first[f + 1]; ++i) {
    const Edge& edge = model.edges[model.edges_into[i]];
    if (edge.call == kNone || !edge.same_self) return false;
    const Call& site = context.summary(model.module_of(edge.from)).calls[edge.call];
    if (!gated(context, flag, lock, edge.from, site.block, edge.held, edge.position, edge.call,
               depth + 1)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool shut_out(const DetectContext& context, LocationId location, const AccessRef& after,
              const AccessRef& other) {
  const ModuleSummary& s = context.summary(after.module);
  const Function& function = context.program.function(after.function);
  const Access& last = s.accesses[after.access];
  if (after.function == other.function || !of_self(context, after.module, last.path) ||
      !of_self(context, other.module, context.access(other).path)) {
    return false;
  }
  const Location& state = context.program.locations()[location];
  for (AccessId id = function.accesses.first; id < after.access && id < function.accesses.end();
       ++id) {
    const Access& access = s.accesses[id];
    if (access.op != AccessOp::store || access.held == 0 || !sets(s, access) ||
        !within(s, last.block, access.block) || !of_self(context, after.module, access.path)) {
      continue;
    }
    const LocationId flag = context.program.location_of(after.module, id);
    if (flag == kNone || flag == location || context.facts[flag].accesses.empty()) continue;
    if (context.program.locations()[flag].kind != state.kind || !for_good(context, flag)) continue;
    const Access& there = context.access(other);
    for (const HeldLock& held : context.program.locks_held(after.function, access.held)) {
      if (held.lock == kNone || held.strength != HeldLock::Strength::sure) continue;
      if (gated(context, flag, held.lock, other.function, there.block, there.held, other.access,
                kNone, 0)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace gilcheck::analyzer
