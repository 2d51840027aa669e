#include "clang_plugin/detect/caller_locks.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace gilcheck::clang_plugin {

namespace {

class Callers {
 public:
  explicit Callers(const Context& context) : c_(context) {}

  bool all_lock(FunctionIndex f, std::uint32_t parameter) {
    const FunctionNode& node = c_.program.functions()[f];
    if (std::any_of(node.entries.begin(), node.entries.end(), from_outside)) return false;
    seen_.push_back(f);
    bool locked = false;
    for (const std::uint32_t index : node.callers) {
      const CallSite& site = c_.program.call_sites()[index];
      if (!c_.runs_shared(site.caller)) continue;
      if (site.as_callback) return false;
      // Recursion takes nothing away.
      if (std::find(seen_.begin(), seen_.end(), site.caller) != seen_.end()) continue;
      if (!c_.protecting(site.caller, site.call).empty()) {
        locked = true;
        continue;
      }
      const std::vector<ValueId> arguments = c_.arguments(site.caller, site.call);
      std::uint32_t above = kNone;
      if (parameter < arguments.size()) {
        const ValueId passed = arguments[parameter];
        if (c_.references.exclusive(site.caller, passed, site.call, c_.paths(site.caller)))
          continue;
        const Instr& instr = c_.instr(site.caller, passed);
        if (instr.op == Op::parameter) above = instr.b;
      }
      if (!all_lock(site.caller, above)) return false;
      locked = true;
    }
    return locked;
  }

 private:
  static bool from_outside(const Entry& entry) {
    return entry.kind != EntryKind::construct && entry.kind != EntryKind::destroy &&
           entry.kind != EntryKind::collect && entry.kind != EntryKind::module_init &&
           entry.kind != EntryKind::exported;
  }

  const Context& c_;
  std::vector<FunctionIndex> seen_;
};

/// What it passes first nobody else has yet: it needs no lock.
bool passes_own_object(const Context& context, const CallSite& site) {
  const std::vector<ValueId> arguments = context.arguments(site.caller, site.call);
  return !arguments.empty() && context.references.exclusive(site.caller, arguments.front(),
                                                            site.call, context.paths(site.caller));
}

/// Two callers of a helper: one holds a lock, the other does not.
struct Mixed {
  const CallSite* locked = nullptr;
  const CallSite* unlocked = nullptr;
};

Mixed mixed_callers(const Context& context, FunctionIndex function) {
  Mixed out;
  for (const std::uint32_t index : context.program.functions()[function].callers) {
    const CallSite& site = context.program.call_sites()[index];
    if (!context.runs_shared(site.caller) || site.caller == function || site.as_callback) continue;
    const bool unlocked = context.protecting(site.caller, site.call).empty();
    if (unlocked && passes_own_object(context, site)) continue;
    const CallSite*& of = unlocked ? out.unlocked : out.locked;
    if (of == nullptr) of = &site;
  }
  return out;
}

}  // namespace

FunctionIndex unlocked_caller(const Context& context, FunctionIndex function) {
  const Mixed callers = mixed_callers(context, function);
  if (callers.locked == nullptr || callers.unlocked == nullptr) return kNone;
  return callers.unlocked->caller;
}

bool say_mixed_callers(const Context& context, Candidate& found, FunctionIndex function) {
  const Mixed callers = mixed_callers(context, function);
  if (callers.locked == nullptr || callers.unlocked == nullptr) return false;
  const auto place = [&](const CallSite& site) {
    return At{context.unit_index(site.caller), context.instr(site.caller, site.call).pos};
  };
  const Held held = context.protecting(callers.locked->caller, callers.locked->call).front();
  say(found, EvidenceKind::guard,
      fmt::format("{}() calls it here and holds no lock",
                  context.program.name(callers.unlocked->caller)),
      place(*callers.unlocked));
  say(found, EvidenceKind::guard,
      fmt::format("{}() holds {} around its call", context.program.name(callers.locked->caller),
                  held.text(context.program, callers.locked->caller)),
      place(*callers.locked));
  return true;
}

bool callers_lock(const Context& context, FunctionIndex function, std::uint32_t parameter) {
  return Callers(context).all_lock(function, parameter);
}

}  // namespace gilcheck::clang_plugin
