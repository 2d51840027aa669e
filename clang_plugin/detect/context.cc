#include "clang_plugin/detect/context.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "clang_plugin/link/generated.h"

namespace gilcheck::clang_plugin {

Context::Context(const Program& p, const Effects& e, const Locks& l, const References& r,
                 const Globals& g)
    : program(p),
      effects(e),
      locks(l),
      references(r),
      globals(g),
      sharing(Sharing::build(p, e, r)) {
  for (FunctionIndex f = 0; f < p.functions().size(); ++f) {
    paths_.push_back(std::make_unique<Paths>(p, f));
    calls_.push_back(calls_of(f));
  }
  fields_ = std::make_unique<Fields>(Fields::build(p, e, r, paths_));
}

Context::Calls Context::calls_of(FunctionIndex f) const {
  Calls out;
  const Unit& of = unit(f);
  for_each_instr(of, program.function(f), [&](ValueId id) {
    const Instr& call = of.instrs[id];
    const rules::CFunction* row = call.op == Op::call ? effects.row(of, call) : nullptr;
    switch (row == nullptr ? rules::CAct::None : row->act) {
      case rules::CAct::Acquire:
      case rules::CAct::AcquireShared:
      case rules::CAct::AcquireIf:
      case rules::CAct::Release: out.locks.push_back(id); break;
      default: break;
    }
    if (releases_argument(f, id)) out.releases.push_back(id);
  });
  return out;
}

bool Context::releases_argument(FunctionIndex f, ValueId call) const {
  const Instr& of = instr(f, call);
  if (of.op != Op::call || of.list.count == 0) return false;
  const rules::CFunction* row = effects.row(unit(f), of);
  return row != nullptr && (row->act == rules::CAct::Decref || row->act == rules::CAct::Free ||
                            row->act == rules::CAct::Reallocate);
}

std::span<const ValueId> Context::lock_calls_from(FunctionIndex f, ValueId at) const {
  const std::vector<ValueId>& all = calls_[f].locks;
  const auto place = [&](ValueId id) {
    return std::pair(instr(f, id).block, paths(f).position(id));
  };
  const auto first = std::partition_point(all.begin(), all.end(),
                                          [&](ValueId id) { return place(id) < place(at); });
  const auto last = std::partition_point(
      first, all.end(), [&](ValueId id) { return instr(f, id).block == instr(f, at).block; });
  return {first, last};
}

std::vector<ValueId> Context::arguments(FunctionIndex f, ValueId call) const {
  const Unit& u = unit(f);
  const Range list = u.instrs[call].list;
  return {u.value_lists.begin() + list.first, u.value_lists.begin() + list.end()};
}

std::string_view Context::callee_name(FunctionIndex f, ValueId call) const {
  return program.callee_name(unit(f), instr(f, call));
}

Context::Reached Context::reached(FunctionIndex f, FunctionIndex first) const {
  // The nearest entry against the direction of calls; shared ones are what a reader wants to know.
  std::deque<std::pair<FunctionIndex, FunctionIndex>> work{{first == kNone ? f : first, first}};
  std::vector<bool> seen(program.functions().size(), false);
  seen[f] = true;
  std::optional<std::pair<Entry, FunctionIndex>> fallback;
  while (!work.empty()) {
    const auto [at, through] = work.front();
    work.pop_front();
    for (const Entry& entry : program.functions()[at].entries) {
      const bool shared = entry.kind != EntryKind::construct && entry.kind != EntryKind::destroy &&
                          entry.kind != EntryKind::collect &&
                          entry.kind != EntryKind::module_init && entry.kind != EntryKind::exported;
      if (!shared) {
        if (!fallback) fallback = {entry, at};
        continue;
      }
      std::string text;
      switch (entry.kind) {
        case EntryKind::thread: text = "runs in a thread of its own"; break;
        case EntryKind::callback: text = "called back from outside"; break;
        default:
          text = entry.python.empty() ? "called from Python"
                                      : fmt::format("Python calls it as {}", entry.python);
          break;
      }
      if (at != f) {
        text = fmt::format("called by {}(): {}", program.name(through == kNone ? at : through),
                           entry.kind == EntryKind::callback || entry.kind == EntryKind::thread
                               ? std::string(program.name(at)) + "() is " + text
                               : fmt::format("Python calls {}() as {}", program.name(at),
                                             entry.python.empty() ? "a slot" : entry.python));
      }
      return {text, entry.at};
    }
    for (const std::uint32_t index : program.functions()[at].callers) {
      const FunctionIndex caller = program.call_sites()[index].caller;
      if (seen[caller]) continue;
      seen[caller] = true;
      work.emplace_back(caller, at == f ? caller : through);
    }
  }
  if (fallback) {
    return {fmt::format("reached from {}", fallback->first.python), fallback->first.at};
  }
  return {"", std::nullopt};
}

const ModuleNode* Context::module_of(UnitIndex u) const {
  const auto modules = program.modules();
  for (const ModuleNode& module : modules) {
    if (module.unit == u) return &module;
  }
  return modules.size() == 1 ? &modules.front() : nullptr;
}

bool Context::claims_no_gil(UnitIndex u) const {
  const ModuleNode* module = module_of(u);
  return module != nullptr && module->gil == ModuleNode::Gil::not_used;
}

namespace {

/// A lock that is given back further down, without being taken on the way, is held by whoever
/// called: `self->count = 0; PyThread_release_lock(self->lock);`. Looked for in the rest of the
/// block, which runs as a whole.
void given_back(const Context& c, FunctionIndex f, ValueId at, std::vector<Held>& out) {
  const Unit& of = c.unit(f);
  std::vector<Name> taken;
  for (const ValueId id : c.lock_calls_from(f, at)) {
    const Instr& call = of.instrs[id];
    const rules::CFunction* row = c.effects.row(of, call);
    if (row->act_arguments.empty()) continue;
    if (row->act_arguments[0] < 0) continue;
    const std::uint32_t index = static_cast<std::uint8_t>(row->act_arguments[0]);
    if (index >= call.list.count) continue;
    Name lock = name_of_value(c.program, f, of.value_lists[call.list.first + index]);
    if (!lock.known()) continue;
    if (row->act == rules::CAct::Acquire || row->act == rules::CAct::AcquireShared ||
        row->act == rules::CAct::AcquireIf) {
      taken.push_back(std::move(lock));
      continue;
    }
    if (row->act != rules::CAct::Release) continue;
    const bool known =
        std::find(taken.begin(), taken.end(), lock) != taken.end() ||
        std::any_of(out.begin(), out.end(), [&](const Held& held) { return held.name == lock; });
    if (known) continue;
    Held held;
    held.lock = row->kind;
    held.name = std::move(lock);
    out.push_back(std::move(held));
  }
}

}  // namespace

std::vector<Held> Context::protecting(FunctionIndex f, ValueId at) const {
  const LockState& state = locks.before(f, at);
  std::vector<Held> out;
  // A section begun inside another may suspend it: only the innermost is sure to be held.
  Name innermost;
  for (const Held& held : state.held) {
    if (held.kind == Held::Kind::section) innermost = held.section;
  }
  for (const Held& held : state.held) {
    if (held.kind == Held::Kind::section &&
        (state.attached() == Attached::no || held.section != innermost)) {
      continue;
    }
    out.push_back(held);
  }
  given_back(*this, f, at, out);
  return out;
}

std::vector<ValueId> Context::switches_between(FunctionIndex f, ValueId first, ValueId last) const {
  std::vector<ValueId> out = paths(f).calls_between(first, last);
  std::erase_if(out, [&](ValueId id) {
    return !is_switch_point(effects.python(unit_index(f), instr(f, id)));
  });
  return out;
}

bool is_generator_runtime(const Context& context, FunctionIndex function) {
  return !written_by_author(context.unit(function), context.program.function(function));
}

}  // namespace gilcheck::clang_plugin
