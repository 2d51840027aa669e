#include "clang_plugin/detect/caller_locks.h"

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

}  // namespace

bool callers_lock(const Context& context, FunctionIndex function, std::uint32_t parameter) {
  return Callers(context).all_lock(function, parameter);
}

}  // namespace gilcheck::clang_plugin
