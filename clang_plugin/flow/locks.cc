#include "clang_plugin/flow/locks.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

namespace gilcheck::clang_plugin {

using rules::CAct;

std::string Held::text(const Program& program, FunctionIndex function) const {
  std::string of = name.text(program, function);
  switch (kind) {
    case Kind::section: return fmt::format("critical section on {}", of);
    case Kind::shared: return of + " (shared)";
    case Kind::once: return fmt::format("once-only call ({})", of);
    case Kind::mutex: break;
  }
  return of;
}

namespace {

/// What a function returns, as far as its callers test it.
enum Result : std::uint8_t { kZero = 1, kPositive = 2, kNegative = 4, kOther = 8 };

std::uint8_t result_of(const Instr& value) {
  if (value.op == Op::null) return kZero;
  if (value.op != Op::integer) return kOther;
  return value.number == 0 ? kZero : value.number > 0 ? kPositive : kNegative;
}

/// The results for which `value CODE number` is `truth`; 0 if that tells nothing.
std::uint8_t results_where(Operator code, std::int64_t number, bool truth) {
  std::uint8_t yes = 0;
  std::uint8_t no = 0;
  const auto split = [&](std::uint8_t these, bool holds) { (holds ? yes : no) |= these; };
  if (number == 0) {
    switch (code) {
      case Operator::eq: split(kZero, true), split(kPositive | kNegative, false); break;
      case Operator::ne: split(kZero, false), split(kPositive | kNegative, true); break;
      case Operator::lt: split(kNegative, true), split(kZero | kPositive, false); break;
      case Operator::ge: split(kNegative, false), split(kZero | kPositive, true); break;
      case Operator::gt: split(kPositive, true), split(kZero | kNegative, false); break;
      case Operator::le: split(kPositive, false), split(kZero | kNegative, true); break;
      default: return 0;
    }
  } else if (code == Operator::eq || code == Operator::ne) {
    const std::uint8_t equal = number > 0 ? kPositive : kNegative;
    const bool same = code == Operator::eq;
    split(equal, same);
    split(static_cast<std::uint8_t>((kZero | kPositive | kNegative) & ~equal), !same);
  } else {
    return 0;
  }
  return static_cast<std::uint8_t>((truth ? yes : no) | kOther);
}

}  // namespace

class LockAnalysis {
 public:
  LockAnalysis(const Program& program, const Effects& effects, const References& references,
               Locks& out)
      : p_(program), effects_(effects), references_(references), out_(out) {}

  void run() {
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

 private:
  // ------------------------------------------------------------ entry

  void initial_entry(FunctionIndex f) {
    const FunctionNode& node = p_.functions()[f];
    LockState& entry = out_.entry_[f];
    for (const Entry& e : node.entries) {
      if (e.kind == EntryKind::thread) entry.attached = Attached::no;
      if (e.kind == EntryKind::callback || e.kind == EntryKind::exported) {
        entry.attached = Attached::unknown;
      }
    }
  }

  /// Runs on objects that no other thread has: what it holds or not tells nothing about sharing.
  bool alone(FunctionIndex f) const { return (p_.functions()[f].reach & kReachShared) == 0; }

  static bool alone(EntryKind kind) {
    return kind == EntryKind::construct || kind == EntryKind::destroy ||
           kind == EntryKind::collect || kind == EntryKind::module_init ||
           kind == EntryKind::exported;
  }

  /// The locks of one caller as its callee sees them.
  LockState seen_from(const CallSite& site) {
    const LockState& there = out_.before(site.caller, site.call);
    LockState here;
    here.attached = there.attached;
    const Unit& unit = p_.unit_of(site.caller);
    const Instr& call = unit.instrs[site.call];
    for (const Held& held : there.held) {
      Held mine = held;
      mine.since = 0;
      mine.section = {};
      mine.name =
          site.as_callback ? outside(held.name) : in_callee(p_, site.caller, site.call, held.name);
      // Held all the same, by a caller: the callee may work on what hangs on the locked object.
      if (!mine.name.known()) mine.name = enclosing(site.caller, held.name);
      if (mine.name.known()) here.held.push_back(std::move(mine));
    }
    if (site.as_callback) {
      const rules::CFunction* row = effects_.row(unit, call);
      if (row != nullptr && row->act == CAct::Once && call.list.count > 0) {
        Held once;
        once.kind = Held::Kind::once;
        once.name = outside(name_of_value(p_, site.caller, unit.value_lists[call.list.first]));
        here.held.push_back(once);
      }
    }
    return here;
  }

  /// A lock that has no name in the function called: by what kind of object it is found in, so that
  /// callers that lock the same thing agree.
  Name enclosing(FunctionIndex f, const Name& name) const {
    if (name.root == Name::Root::enclosing) return name;
    std::string of;
    if (name.root == Name::Root::parameter && name.id < p_.function(f).params.count) {
      const Unit& unit = p_.unit_of(f);
      const Variable& parameter = unit.variables[p_.function(f).params.first + name.id];
      of = unit.text(unit.types[parameter.type].text);
    }
    return {Name::Root::enclosing, 0, of + name.steps};
  }

  /// Entered from outside, without any lock, while others use the same objects.
  bool entered(FunctionIndex f) const {
    const FunctionNode& node = p_.functions()[f];
    return node.callers.empty() ||
           std::any_of(node.entries.begin(), node.entries.end(),
                       [](const Entry& entry) { return !alone(entry.kind); });
  }

  /// True if what is known of the entry changed.
  bool entry_from_callers(FunctionIndex f) {
    if (entered(f)) return false;
    const FunctionNode& node = p_.functions()[f];
    const bool shared = !alone(f);
    std::optional<LockState> met;
    std::vector<LockState> states;
    std::vector<std::vector<bool>> own;  // by caller and argument: nobody else has it there
    for (const std::uint32_t index : node.callers) {
      const CallSite& site = p_.call_sites()[index];
      if (!known_[site.caller] || (shared && alone(site.caller))) continue;
      states.push_back(seen_from(site));
      own.push_back(site.as_callback ? std::vector<bool>{} : own_arguments(site));
    }
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (!met) {
        met = states[i];
        continue;
      }
      if (met->attached != states[i].attached) met->attached = Attached::unknown;
    }
    if (!met) return false;
    std::vector<Held> held;
    for (std::size_t i = 0; i < states.size(); ++i) {
      for (const Held& h : states[i].held) {
        if (std::find(held.begin(), held.end(), h) != held.end()) continue;
        bool everywhere = true;
        for (std::size_t k = 0; k < states.size() && everywhere; ++k) {
          const bool own_object = h.name.root == Name::Root::parameter &&
                                  h.name.id < own[k].size() && own[k][h.name.id];
          everywhere =
              own_object || h.where_needed ||
              std::find(states[k].held.begin(), states[k].held.end(), h) != states[k].held.end();
        }
        if (everywhere) held.push_back(h);
      }
    }
    met->held = std::move(held);
    LockState& entry = out_.entry_[f];
    if (known_[f] && entry.attached == met->attached && entry.held == met->held) return false;
    entry = std::move(*met);
    return true;
  }

  std::vector<bool> own_arguments(const CallSite& site) {
    const auto known = own_.find({site.caller, site.call});
    if (known != own_.end()) return known->second;
    const Unit& unit = p_.unit_of(site.caller);
    const Instr& call = unit.instrs[site.call];
    std::vector<bool> out;
    if (call.op == Op::call) {
      for (std::uint32_t i = call.list.first; i < call.list.end(); ++i) {
        out.push_back(references_.exclusive(site.caller, unit.value_lists[i], site.call,
                                            references_.paths(site.caller)));
      }
    }
    own_.emplace(std::pair(site.caller, site.call), out);
    return out;
  }

  static Name outside(const Name& name) {
    return name.root == Name::Root::global || name.root == Name::Root::getter ? name : Name{};
  }

  static void meet(LockState& a, const LockState& b) {
    std::erase_if(a.held, [&](const Held& held) {
      return !held.where_needed && std::find(b.held.begin(), b.held.end(), held) == b.held.end();
    });
    for (const Held& held : b.held) {
      if (held.where_needed && std::find(a.held.begin(), a.held.end(), held) == a.held.end()) {
        a.held.push_back(held);
      }
    }
    if (a.attached != b.attached) a.attached = Attached::unknown;
  }

  // ------------------------------------------------------------ one function

  bool analyse(FunctionIndex f) {
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
      const bool ends_anew =
          !ends[b] || ends[b]->held != state.held || ends[b]->attached != state.attached;
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
          changed = before.held != in[next]->held || before.attached != in[next]->attached;
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
      now.leaves_detached =
          out_.entry_[f].attached == Attached::yes && returned->attached == Attached::no;
      now.leaves_attached =
          out_.entry_[f].attached == Attached::no && returned->attached == Attached::yes;
    }
    now.releases = releases_;
    const bool changed = now.leaves != old.leaves || now.releases != old.releases ||
                         now.leaves_if.size() != old.leaves_if.size() ||
                         now.leaves_detached != old.leaves_detached;
    out_.functions_[f] = std::move(now);
    return changed;
  }

  /// Locks that only some results of a function leave held.
  static void leaves_by_result(const Unit& unit, const Function& function,
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

  static std::uint32_t note(Locks::PerFunction& into, const LockState& state) {
    for (std::size_t i = into.states.size(); i-- > 0 && into.states.size() - i < 16;) {
      if (into.states[i].attached == state.attached && into.states[i].held == state.held) {
        return static_cast<std::uint32_t>(i);
      }
    }
    into.states.push_back(state);
    return static_cast<std::uint32_t>(into.states.size() - 1);
  }

  // ------------------------------------------------------------ one instruction

  Name argument(FunctionIndex f, const Unit& unit, const Instr& call, std::int8_t index) const {
    if (index < 0 || static_cast<std::uint32_t>(index) >= call.list.count) return {};
    return name_of_value(p_, f,
                         unit.value_lists[call.list.first + static_cast<std::uint32_t>(index)]);
  }

  void take(LockState& state, Held held) const {
    if (held.name.known()) state.held.push_back(std::move(held));
  }

  void release(LockState& state, const Name& name) {
    if (!name.known()) {
      // Something is released: nothing of that kind is certain any more, but a lock whose name is
      // unknown was never counted as held either.
      return;
    }
    for (std::size_t i = state.held.size(); i-- > 0;) {
      if (state.held[i].kind != Held::Kind::section && state.held[i].name == name) {
        state.held.erase(state.held.begin() + static_cast<std::ptrdiff_t>(i));
        return;
      }
    }
    if (name.root != Name::Root::local &&
        std::find(releases_.begin(), releases_.end(), name) == releases_.end()) {
      releases_.push_back(name);
    }
  }

  /// True if the state changed.
  bool transfer(FunctionIndex f, const Unit& unit, ValueId id, LockState& state) {
    const Instr& instr = unit.instrs[id];
    if (instr.op == Op::destroy) {
      const std::size_t before = state.held.size();
      const auto since = instr.b;
      std::erase_if(state.held, [&](const Held& held) { return held.since == since; });
      const Instr& made = unit.instrs[instr.b];
      const rules::CFunction* row = made.op == Op::construct ? effects_.row(unit, made) : nullptr;
      if (row != nullptr && row->act == CAct::DetachScope) state.attached = Attached::yes;
      if (row != nullptr && row->act == CAct::AttachScope) state.attached = Attached::no;
      return before != state.held.size() || row != nullptr;
    }
    if (instr.op != Op::call && instr.op != Op::construct) return false;
    const FuncId callee = instr.op == Op::call ? instr.a : instr.b;
    const FunctionIndex target =
        callee == kNone ? kNone : p_.resolve(p_.functions()[f].unit, callee);
    if (target != kNone && instr.op == Op::call) return apply(f, id, target, state);
    const rules::CFunction* row = effects_.row(unit, instr);
    if (row == nullptr) return false;
    Held held;
    held.since = id;
    held.lock = row->kind;
    const auto acts = row->act_arguments;
    const auto first = [&] { return acts.empty() ? Name{} : argument(f, unit, instr, acts[0]); };
    switch (row->act) {
      case CAct::Acquire:
      case CAct::AcquireShared:
        held.kind = row->act == CAct::Acquire ? Held::Kind::mutex : Held::Kind::shared;
        if (row->act_on_all) {
          for (std::uint32_t i = 0; i < instr.list.count; ++i) {
            held.name = argument(f, unit, instr, static_cast<std::int8_t>(i));
            take(state, held);
          }
        } else {
          for (const std::int8_t index : acts) {
            held.name = argument(f, unit, instr, index);
            take(state, held);
          }
        }
        return true;
      case CAct::AcquireIf: {
        // It may fail if it does not wait; a timeout is believed to be long enough, and where the
        // result is tested `refine` takes the lock back.
        if (acts.size() < 2) return false;
        const std::uint32_t at = static_cast<std::uint8_t>(acts[1]);
        if (at >= instr.list.count) return false;
        const Instr& wait = unit.instrs[unit.value_lists[instr.list.first + at]];
        if (wait.op == Op::integer && wait.number == 0) return false;
        held.name = first();
        take(state, held);
        return true;
      }
      case CAct::Release: release(state, first()); return true;
      case CAct::Guard:
      case CAct::GuardShared: {
        held.kind = row->act == CAct::Guard ? Held::Kind::mutex : Held::Kind::shared;
        for (std::uint32_t i = 0; i < instr.list.count; ++i) {
          const Instr& tag = unit.instrs[unit.value_lists[instr.list.first + i]];
          if (tag.type != 0 && unit.types[tag.type].kind == TypeKind::record) {
            const rules::CFunction* how = rules::c_class(unit.text(unit.types[tag.type].text));
            if (how != nullptr && (how->act == CAct::GuardDefer || how->act == CAct::GuardTry)) {
              return false;
            }
          }
        }
        for (std::uint32_t i = 0; i < instr.list.count; ++i) {
          if (!row->act_on_all &&
              std::find(acts.begin(), acts.end(), static_cast<std::int8_t>(i)) == acts.end()) {
            continue;
          }
          held.name = argument(f, unit, instr, static_cast<std::int8_t>(i));
          take(state, held);
        }
        return true;
      }
      case CAct::GuardRelease: {
        const Name guard = first();
        std::erase_if(state.held, [&](const Held& h) {
          if (h.since == 0) return false;
          const Instr& made = unit.instrs[h.since];
          return made.op == Op::construct && name_of_place(p_, f, made.a) == guard;
        });
        return true;
      }
      case CAct::GuardAcquire: {
        // The guard's lock is taken again: find what it was made with.
        const Name guard = first();
        for_each_instr(unit, p_.function(f), [&](ValueId other) {
          const Instr& made = unit.instrs[other];
          if (made.op != Op::construct || made.list.count == 0) return;
          if (name_of_place(p_, f, made.a) != guard) return;
          held.name = argument(f, unit, made, 0);
          held.since = other;
          take(state, held);
        });
        return true;
      }
      case CAct::SectionBegin:
        held.kind = Held::Kind::section;
        held.section = first();
        held.where_needed = unit.text(instr.macro).ends_with("_SEQUENCE_FAST");
        for (std::size_t i = 1; i < acts.size(); ++i) {
          held.name = argument(f, unit, instr, acts[i]);
          if (row->kind == rules::CKind::PyMutex) held.kind = Held::Kind::mutex;
          take(state, held);
        }
        return true;
      case CAct::SectionEnd: {
        const Name section = first();
        std::erase_if(state.held, [&](const Held& h) { return h.section == section; });
        return true;
      }
      case CAct::SectionGuard:
        held.kind = Held::Kind::section;
        for (std::uint32_t i = 0; i < instr.list.count; ++i) {
          held.name = argument(f, unit, instr, static_cast<std::int8_t>(i));
          take(state, held);
        }
        return true;
      case CAct::Detach:
      case CAct::DetachScope: state.attached = Attached::no; return true;
      case CAct::Attach:
      case CAct::AttachNested:
      case CAct::AttachScope: state.attached = Attached::yes; return true;
      case CAct::DetachNested: state.attached = out_.entry_[f].attached; return true;
      default: return false;
    }
  }

  /// A call of a function of the program: what it leaves locked or releases.
  bool apply(FunctionIndex f, ValueId call, FunctionIndex target, LockState& state) {
    const Locks::PerFunction& callee = out_.functions_[target];
    bool changed = false;
    for (const Name& name : callee.releases) {
      const Name mine = in_caller(p_, f, call, name);
      if (!mine.known()) continue;
      release(state, mine);
      changed = true;
    }
    for (Held held : callee.leaves) {
      held.name = in_caller(p_, f, call, held.name);
      held.since = call;
      if (!held.name.known()) continue;
      state.held.push_back(held);
      changed = true;
    }
    if (callee.leaves_detached) state.attached = Attached::no;
    if (callee.leaves_attached) state.attached = Attached::yes;
    return changed || callee.leaves_detached || callee.leaves_attached;
  }

  /// `a() ? 1 : b()` and `a() && b()` as a condition: the block only joins values and tests them.
  static bool tests_joined(const Unit& unit, const Function& function, BlockId b) {
    const Block& block = unit.blocks[function.blocks.first + b];
    if (block.exit != Exit::branch || block.value == kNone || block.instrs.count == 0) return false;
    const Instr& value = unit.instrs[block.value];
    if (value.op != Op::phi || value.block != function.blocks.first + b ||
        value.list.count != block.preds.count) {
      return false;
    }
    for (std::uint32_t i = block.instrs.first; i < block.instrs.end(); ++i) {
      if (unit.instrs[unit.instr_order[i]].op != Op::phi) return false;
    }
    return true;
  }

  /// The state on one side of such a branch: each way in with what its own value tells. Nothing if
  /// no way leads there.
  std::optional<LockState> refine_joined(FunctionIndex f, const Unit& unit,
                                         const Function& function, BlockId b, bool taken,
                                         const std::vector<std::optional<LockState>>& ends) {
    const Block& block = unit.blocks[function.blocks.first + b];
    const Instr& value = unit.instrs[block.value];
    std::optional<LockState> met;
    for (std::uint32_t i = 0; i < value.list.count; ++i) {
      const BlockId from = unit.block_lists[block.preds.first + i] - function.blocks.first;
      const ValueId one = unit.value_lists[value.list.first + i];
      const std::optional<LockState>& end = ends[from];
      if (!end) continue;
      const std::uint8_t result = result_of(unit.instrs[one]);
      if (result != kOther && (result != kZero) != taken) continue;
      LockState here = *end;
      refine(f, unit, one, taken, here);
      if (met) {
        meet(*met, here);
      } else {
        met = std::move(here);
      }
    }
    return met;
  }

  /// What a branch tells: a try-lock succeeded.
  void refine(FunctionIndex f, const Unit& unit, ValueId test, bool taken, LockState& state) {
    bool truth = taken;
    ValueId value = test;
    Operator code = Operator::ne;  // what is tested: value CODE number
    std::int64_t number = 0;
    // v, !v, and comparisons with a constant, also of those.
    for (int i = 0; i < 4; ++i) {
      const Instr& instr = unit.instrs[value];
      const bool truth_value =
          number == 0 && (code == Operator::ne || code == Operator::eq);  // of another test
      if (truth_value && instr.op == Op::unary && instr.code == Operator::not_) {
        truth = !truth;
        value = instr.a;
        continue;
      }
      if (!truth_value || instr.op != Op::binary) break;
      const Instr& right = unit.instrs[instr.b];
      if (right.op != Op::integer && right.op != Op::null) return;
      if (instr.code != Operator::eq && instr.code != Operator::ne && instr.code != Operator::lt &&
          instr.code != Operator::gt && instr.code != Operator::le && instr.code != Operator::ge) {
        return;
      }
      if (code == Operator::eq) truth = !truth;
      code = instr.code;
      number = right.op == Op::null ? 0 : right.number;
      value = instr.a;
    }
    const Instr& call = unit.instrs[value];
    if (call.op != Op::call) return;
    const std::uint8_t possible = results_where(code, number, truth);
    const FunctionIndex target =
        call.a == kNone ? kNone : p_.resolve(p_.functions()[f].unit, call.a);
    if (target != kNone) {
      const Locks::PerFunction& callee = out_.functions_[target];
      for (const auto& left : callee.leaves_if) {
        const auto occurs = static_cast<std::uint8_t>(possible & callee.results);
        if (occurs == 0 || (occurs & ~left.results) != 0) continue;
        Held held = left.held;
        held.name = in_caller(p_, f, value, held.name);
        held.since = value;
        if (std::find(state.held.begin(), state.held.end(), held) == state.held.end()) {
          take(state, held);
        }
      }
      return;
    }
    if (number == 1 && (code == Operator::eq || code == Operator::ne)) {
      if (code == Operator::ne) truth = !truth;
    } else if (number == 0 && (code == Operator::eq || code == Operator::ne)) {
      if (code == Operator::eq) truth = !truth;
    } else {
      return;
    }
    const rules::CFunction* row = effects_.row(unit, call);
    if (row == nullptr) return;
    if (row->act != CAct::TryAcquire && row->act != CAct::TryAcquireShared &&
        row->act != CAct::AcquireIf) {
      return;
    }
    // The POSIX and C11 families return 0 for success, the others a truth value.
    const bool zero_is_success =
        row->kind == rules::CKind::PthreadMutex || row->kind == rules::CKind::PthreadRwlock ||
        row->kind == rules::CKind::PthreadSpin || row->kind == rules::CKind::C11Mutex ||
        row->kind == rules::CKind::Semaphore;
    if (row->act_arguments.empty()) return;
    if (truth == zero_is_success) {  // it failed
      std::erase_if(state.held, [&](const Held& held) { return held.since == value; });
      return;
    }
    Held held;
    held.kind = row->act == CAct::TryAcquireShared ? Held::Kind::shared : Held::Kind::mutex;
    held.lock = row->kind;
    held.name = argument(f, unit, call, row->act_arguments[0]);
    held.since = value;
    if (std::find(state.held.begin(), state.held.end(), held) == state.held.end()) {
      take(state, held);
    }
  }

  const Program& p_;
  const Effects& effects_;
  const References& references_;
  Locks& out_;
  std::vector<Name> releases_;
  std::vector<bool> known_;  // by function: its entry has been determined
  std::map<std::pair<FunctionIndex, ValueId>, std::vector<bool>> own_;
};

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
