// Locks through one function, to the fixpoint; and in which order functions are taken.

#include <algorithm>
#include <deque>

#include "clang_plugin/flow/lock_analysis.h"

namespace gilcheck::clang_plugin {

void LockAnalysis::run() {
  const std::size_t count = p_.functions().size();
  out_.program_ = &p_;
  out_.functions_.resize(count);
  out_.entry_.assign(count, {});
  known_.assign(count, false);
  for (FunctionIndex f = 0; f < count; ++f) {
    initial_entry(f);
    known_[f] = entered(f);
  }
  // Callees' effects first (bottom-up), then callers' locks (top-down): both only shrink or
  // settle quickly; the rounds are bounded since a few suffice and the rest is imprecision, not
  // error.
  for (int round = 0; round < 4; ++round) {
    bool changed = false;
    for (FunctionIndex f = 0; f < count; ++f) changed = analyse(f) || changed;
    if (!changed && round > 0) break;
  }
  // From the entries down: a function gets its locks from the callers that have theirs already,
  // so that recursion takes nothing away.
  for (int round = 0; round < 40; ++round) {
    std::vector<FunctionIndex> changed;
    for (FunctionIndex f = 0; f < count; ++f) {
      if (entry_from_callers(f)) changed.push_back(f);
    }
    if (changed.empty()) break;
    for (const FunctionIndex f : changed) {
      analyse(f);
      known_[f] = true;
    }
  }
}

void LockAnalysis::meet(LockState& a, const LockState& b) {
  std::erase_if(a.held, [&](const Held& held) {
    return !held.where_needed && std::find(b.held.begin(), b.held.end(), held) == b.held.end();
  });
  for (const Held& held : b.held) {
    if (held.where_needed && std::find(a.held.begin(), a.held.end(), held) == a.held.end()) {
      a.held.push_back(held);
    }
  }
  if (a.attached() != b.attached()) a.thread.attached = Attached::unknown;
  a.thread.moved = a.thread.moved && b.thread.moved;
  a.thread.perhaps_moved = a.thread.perhaps_moved || b.thread.perhaps_moved;
  std::size_t common = 0;
  while (common < a.before.size() && common < b.before.size() &&
         a.before[common] == b.before[common]) {
    ++common;
  }
  a.before.resize(common);
}

bool LockAnalysis::analyse(FunctionIndex f) {
  const Unit& unit = p_.unit_of(f);
  const Function& function = p_.function(f);
  Locks::PerFunction now;
  const Locks::PerFunction& old = out_.functions_[f];
  std::vector<std::optional<LockState>> in(function.blocks.count);
  std::vector<std::optional<LockState>> ends(function.blocks.count);
  now.at_exit.assign(function.blocks.count, 0);
  now.before.assign(function.instrs.count, 0);
  now.states.push_back(out_.entry_[f]);
  in[0] = out_.entry_[f];
  releases_.clear();
  goes_back_ = false;
  // Blocks in `work` have a state.
  // NOLINTBEGIN(bugprone-unchecked-optional-access)
  std::deque<BlockId> work{0};
  std::vector<bool> queued(function.blocks.count, false);
  std::size_t steps = 0;
  while (!work.empty() && steps++ < 40U * (function.blocks.count + 10U)) {
    const BlockId b = work.front();
    work.pop_front();
    queued[b] = false;
    LockState state = *in[b];
    const Block& block = unit.blocks[function.blocks.first + b];
    for (std::uint32_t i = block.instrs.first; i < block.instrs.end(); ++i) {
      transfer(f, unit, unit.instr_order[i], state);
    }
    const bool ends_anew = !ends[b] || *ends[b] != state;
    ends[b] = state;
    for (std::uint32_t s = block.succs.first; s < block.succs.end(); ++s) {
      const BlockId next = unit.block_lists[s] - function.blocks.first;
      LockState out = state;
      if (block.exit == Exit::branch) {
        const bool taken = s == block.succs.first;
        if (tests_joined(unit, function, b)) {
          if (auto joined = refine_joined(f, unit, function, b, taken, ends)) {
            out = std::move(*joined);
          } else {
            continue;  // no way leads to this side
          }
        } else {
          refine(f, unit, block.value, taken, out);
        }
      }
      bool changed = false;
      if (!in[next]) {
        in[next] = std::move(out);
        changed = true;
      } else {
        const LockState before = *in[next];
        meet(*in[next], out);
        changed = before != *in[next];
      }
      if (ends_anew && tests_joined(unit, function, next)) changed = true;
      if (changed && !queued[next]) {
        queued[next] = true;
        work.push_back(next);
      }
    }
  }
  // With the fixpoint known, note the state before each instruction.
  std::optional<LockState> returned;
  for (BlockId b = 0; b < function.blocks.count; ++b) {
    if (!in[b]) continue;
    LockState state = *in[b];
    // NOLINTEND(bugprone-unchecked-optional-access)
    const Block& block = unit.blocks[function.blocks.first + b];
    std::uint32_t current = note(now, state);
    for (std::uint32_t i = block.instrs.first; i < block.instrs.end(); ++i) {
      const ValueId id = unit.instr_order[i];
      now.before[id - function.instrs.first] = current;
      if (transfer(f, unit, id, state)) current = note(now, state);
    }
    now.at_exit[b] = current;
    if (block.exit == Exit::return_) {
      if (!returned) {
        returned = state;
      } else {
        meet(*returned, state);
      }
    }
  }
  if (returned) {
    for (const Held& held : returned->held) {
      if (held.since == 0 || held.name.root == Name::Root::local) continue;
      now.leaves.push_back(held);
    }
    leaves_by_result(unit, function, in, now);
    now.thread = returned->thread;
    now.nests = !returned->before.empty();
  }
  given_up(out_.entry_[f], unit, function, in, now);
  now.releases = releases_;
  now.goes_back = goes_back_;
  const bool changed = now.leaves != old.leaves || now.releases != old.releases ||
                       now.leaves_if.size() != old.leaves_if.size() || now.thread != old.thread ||
                       now.nests != old.nests || now.goes_back != old.goes_back;
  out_.functions_[f] = std::move(now);
  return changed;
}

void LockAnalysis::given_up(const LockState& entry, const Unit& unit, const Function& function,
                            const std::vector<std::optional<LockState>>& in,
                            const Locks::PerFunction& now) {
  const auto has = [](const std::vector<Held>& among, const Held& held) {
    return std::any_of(among.begin(), among.end(),
                       [&](const Held& other) { return other == held && other.since == 0; });
  };
  for (const Held& held : entry.held) {
    if (held.name.root == Name::Root::enclosing) continue;
    // Back from the returns: a way on which the lock is only lost where it meets another keeps it.
    std::vector<BlockId> work;
    bool kept = false;
    for (BlockId b = 0; b < function.blocks.count; ++b) {
      if (!in[b] || unit.blocks[function.blocks.first + b].exit != Exit::return_) continue;
      kept = kept || has(now.states[now.at_exit[b]].held, held);
      work.push_back(b);
    }
    const bool returns = !work.empty();
    for (std::size_t i = 0; i < work.size() && !kept; ++i) {
      if (has(in[work[i]]->held, held)) continue;  // this block releases it
      const Range preds = unit.blocks[function.blocks.first + work[i]].preds;
      for (std::uint32_t k = preds.first; k < preds.end(); ++k) {
        const BlockId from = unit.block_lists[k] - function.blocks.first;
        if (!in[from] || std::find(work.begin(), work.end(), from) != work.end()) continue;
        kept = kept || has(now.states[now.at_exit[from]].held, held);
        work.push_back(from);
      }
    }
    if (returns && !kept) releases_.push_back(held.name);
  }
}

void LockAnalysis::leaves_by_result(const Unit& unit, const Function& function,
                                    const std::vector<std::optional<LockState>>& in,
                                    Locks::PerFunction& now) {
  std::vector<std::pair<std::uint8_t, const LockState*>> returns;
  for (BlockId b = 0; b < function.blocks.count; ++b) {
    const Block& block = unit.blocks[function.blocks.first + b];
    if (!in[b] || block.exit != Exit::return_ || block.value == kNone) continue;
    const Instr& value = unit.instrs[block.value];
    // `done: return ret;` is one return for each way that leads there.
    const bool joined = value.op == Op::phi && value.block == function.blocks.first + b &&
                        block.instrs.count == 1 && value.list.count == block.preds.count;
    if (!joined) {
      returns.emplace_back(result_of(value), &now.states[now.at_exit[b]]);
      continue;
    }
    for (std::uint32_t i = 0; i < value.list.count; ++i) {
      const BlockId from = unit.block_lists[block.preds.first + i] - function.blocks.first;
      if (!in[from]) continue;
      returns.emplace_back(result_of(unit.instrs[unit.value_lists[value.list.first + i]]),
                           &now.states[now.at_exit[from]]);
    }
  }
  for (const auto& [result, state] : returns) {
    now.results |= result;
    for (const Held& held : state->held) {
      if (held.since == 0 || held.name.root == Name::Root::local) continue;
      if (std::find(now.leaves.begin(), now.leaves.end(), held) != now.leaves.end()) continue;
      if (std::any_of(now.leaves_if.begin(), now.leaves_if.end(),
                      [&](const auto& left) { return left.held == held; })) {
        continue;
      }
      std::uint8_t results = kZero | kPositive | kNegative | kOther;
      for (const auto& [other, there] : returns) {
        if (std::find(there->held.begin(), there->held.end(), held) == there->held.end()) {
          results &= static_cast<std::uint8_t>(~other);
        }
      }
      if (results != 0) now.leaves_if.push_back({held, results});
    }
  }
}

std::uint32_t LockAnalysis::note(Locks::PerFunction& into, const LockState& state) {
  for (std::size_t i = into.states.size(); i-- > 0 && into.states.size() - i < 16;) {
    if (into.states[i] == state) {
      return static_cast<std::uint32_t>(i);
    }
  }
  into.states.push_back(state);
  return static_cast<std::uint32_t>(into.states.size() - 1);
}

}  // namespace gilcheck::clang_plugin
