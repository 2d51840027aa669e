#include "clang_plugin/flow/locks.h"

#include <fmt/format.h>

#include "clang_plugin/flow/lock_analysis.h"

namespace gilcheck::clang_plugin {

std::string Held::text(const Program& program, FunctionIndex function) const {
  std::string of = name.text(program, function);
  switch (kind) {
    case Kind::section: return fmt::format("critical section on {}", of);
    case Kind::shared: return of + " (shared)";
    case Kind::once: return fmt::format("once-only call ({})", of);
    case Kind::flag:
    case Kind::mutex: break;
  }
  return of;
}

Locks Locks::build(const Program& program, const Effects& effects, const References& references) {
  Locks out;
  LockAnalysis(program, effects, references, out).run();
  return out;
}

const LockState& Locks::before(FunctionIndex function, ValueId instr) const {
  const PerFunction& of = functions_[function];
  const std::uint32_t first = program_->function(function).instrs.first;
  const std::uint32_t index = instr - first;
  if (of.states.empty() || index >= of.before.size()) return entry_[function];
  return of.states[of.before[index]];
}

const LockState& Locks::at_exit(FunctionIndex function, BlockId block) const {
  const PerFunction& of = functions_[function];
  const std::uint32_t first = program_->function(function).blocks.first;
  const std::uint32_t index = block - first;
  if (of.states.empty() || index >= of.at_exit.size()) return entry_[function];
  return of.states[of.at_exit[index]];
}

bool Locks::held_throughout(FunctionIndex function, const Held& held, ValueId first,
                            ValueId last) const {
  const auto has = [&](ValueId at) {
    for (const Held& h : before(function, at).held) {
      if (h == held && h.since == held.since) return true;
    }
    return false;
  };
  return has(first) && has(last);
}

}  // namespace gilcheck::clang_plugin
