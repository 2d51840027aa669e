// The second half of a double-checked initialisation: GIL203.

#include <fmt/format.h>

#include "analyzer/detect/protection.h"
#include "analyzer/detect/region_view.h"
#include "rules/tables.h"

namespace gilcheck::analyzer {

void judge_early_publication(const DetectContext& context, const RegionView& view,
                             std::vector<Candidate>& out) {
  if (!view.region.rechecked || view.last.op != AccessOp::store) return;
  const ModuleSummary& summary = context.summary(view.module);
  const Function& function = context.program.function(view.function);
  // What happens to the published object later in the same section.
  const auto same_section = [&](HeldId held) {
    const Range a = summary.held_sets[held];
    const Range b = summary.held_sets[view.last.held];
    for (std::uint32_t i = b.first; i < b.end(); ++i) {
      for (std::uint32_t j = a.first; j < a.end(); ++j) {
        if (summary.held_lists[i] == summary.held_lists[j]) return true;
      }
    }
    return false;
  };
  const auto continues_in = [&](BlockId block) {
    for (BlockId at = block; at != kNone; at = summary.blocks[at].parent) {
      if (at == view.last.block) return true;
    }
    return false;
  };
  ByteRange later{};
  bool found = false;
  for (AccessId id = view.region.last + 1; id < function.accesses.end() && !found; ++id) {
    const Access& access = summary.accesses[id];
    if (!same_section(access.held) || !continues_in(access.block)) continue;
    const PathNode& path = summary.paths[access.path];
    const bool attribute = path.kind == PathKind::attr && path.parent == view.last.path &&
                           (access.op == AccessOp::store || access.op == AccessOp::del);
    const std::uint16_t content =
        access.path == view.last.path
            ? effect_of(context.program, view.module, id, view.location) & kMutatesContent
            : 0;
    if (attribute || content != 0) {
      later = access.range;
      found = true;
    }
  }
  for (CallId id = function.calls.first; id < function.calls.end() && !found; ++id) {
    const Call& call = summary.calls[id];
    if (call.before <= view.region.last || !same_section(call.held) || !continues_in(call.block)) {
      continue;
    }
    const ValueNode& callee = summary.values[call.callee];
    if (callee.kind != ValueKind::path) continue;
    const PathNode& path = summary.paths[callee.a];
    if (path.kind != PathKind::attr || path.parent != view.last.path) continue;
    if ((call.flags & kCallResultUnused) == 0) continue;  // asks for something
    if (rules::is_thread_safe(view.location.type.container)) continue;
    later = call.range;
    found = true;
  }
  if (!found) return;
  Candidate made;
  made.rule = RuleCode::broken_double_check;
  made.confidence = view.sharing.strength;
  made.module = view.module;
  made.function = view.function;
  made.location = view.id;
  made.primary = view.last.range;
  made.region = {view.last_ref};
  made.conflicts = {view.first_ref};
  made.window.range = later;
  const std::string code = context.code_of(view.module, later, 48);
  for (CallId id = function.calls.first; id < function.calls.end(); ++id) {
    const Call& call = summary.calls[id];
    if (call.before <= view.region.last || call.range.end > later.end || !same_section(call.held)) {
      continue;
    }
    made.window.window = WindowClass::already_racy;
    made.window.has_switch = true;
    made.window.kind = "call";
    made.window.range = call.range;
    made.window.text = fmt::format("the call `{}` runs while it is already visible",
                                   context.code_of(view.module, call.range, 48));
    break;
  }
  made.message = fmt::format("{} is published before it is complete: `{}` follows the store",
                             context.program.location_name(view.id), code);
  made.harm = "the unlocked test in another thread already sees it and uses it half built";
  made.fix = "build it in a local variable and store it last";
  const auto locks = sure_locks(context, view.function, view.last, view.id);
  if (!locks.empty()) made.guard = locks.front();
  made.guard_text = "the fast path tests it without the lock";
  out.push_back(std::move(made));
}

}  // namespace gilcheck::analyzer
