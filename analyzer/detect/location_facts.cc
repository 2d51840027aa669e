#include "analyzer/detect/location_facts.h"

#include <algorithm>
#include <map>

#include "rules/tables.h"

namespace gilcheck::analyzer {

namespace {

using rules::Container;

std::uint16_t effect_of_row(const rules::ContainerOp& row, std::string_view operation) {
  std::uint16_t out = 0;
  switch (row.effect) {
    case rules::Effect::None: break;
    case rules::Effect::Read: out = kReads; break;
    case rules::Effect::Write: out = kWritesItem; break;
    case rules::Effect::Replace: out = kReplaces; break;
    case rules::Effect::Structural: {
      const bool removes = !row.raises.empty() || operation == "discard" || operation == "pop" ||
                           operation == "popitem" || operation == "remove" ||
                           operation == "popleft" || operation.starts_with("del");
      const bool inserts = !removes || operation == "rotate";
      out = static_cast<std::uint16_t>((removes ? kRemoves : 0) | (inserts ? kInserts : 0));
      break;
    }
  }
  return out;
}

bool may_be_none(const Program& program, ModuleIndex module, ValueId value, bool& certain) {
  const ModuleSummary& summary = *program.modules()[module];
  const ValueNode& node = summary.values[value];
  certain = false;
  if (node.kind == ValueKind::constant) {
    certain = node.a == static_cast<std::uint32_t>(Builtin::none_type);
    return certain;
  }
  if (node.kind == ValueKind::annotated) return may_be_none(program, module, node.b, certain);
  if (node.kind == ValueKind::either) {
    bool ignored = false;
    return may_be_none(program, module, node.b, ignored) ||
           may_be_none(program, module, node.c, ignored);
  }
  return program.type_of(module, value).maybe_none;
}

}  // namespace

int argument_count(const ModuleSummary& summary, const Access& access) {
  const ValueNode& value = summary.values[access.value];
  if (value.kind != ValueKind::call) return -1;
  const Range args = summary.calls[value.a].args;
  for (std::uint32_t i = args.first; i < args.end(); ++i) {
    if (summary.arguments[i].star != 0) return -1;
  }
  return static_cast<int>(args.count);
}

namespace {

/// `counter.add(1, attributes=...)`: methods of the builtin containers that change them take no
/// arguments by name, but for these.
bool named_arguments(const ModuleSummary& summary, const Access& access) {
  const ValueNode& value = summary.values[access.value];
  const std::string_view method = summary.name(access.method);
  if (value.kind != ValueKind::call || method == "update" || method == "sort" ||
      method == "popitem" || method == "move_to_end") {
    return false;
  }
  const Range args = summary.calls[value.a].args;
  for (std::uint32_t i = args.first; i < args.end(); ++i) {
    if (summary.arguments[i].keyword != 0) return true;
  }
  return false;
}

}  // namespace

std::uint16_t effect_of(const Program& program, ModuleIndex module, AccessId id,
                        const Location& location) {
  const ModuleSummary& summary = *program.modules()[module];
  const Access& access = summary.accesses[id];
  switch (access.op) {
    case AccessOp::load:
    case AccessOp::item_load:
    case AccessOp::contains:
    case AccessOp::length: return kReads;
    case AccessOp::iterate: return rules::is_iterator(location.type.container) ? kAdvances : kReads;
    case AccessOp::store: {
      bool certain = false;
      std::uint16_t out = kBinds;
      if (may_be_none(program, module, access.value, certain)) {
        out |= certain ? kBindsNone : kBindsUnknown;
      }
      return out;
    }
    case AccessOp::del: return kBinds | kBindsNone;
    case AccessOp::item_store:
      if (access.method != 0) return kReplaces;
      if (location.type.container == Container::List ||
          location.type.container == Container::Bytearray) {
        return kWritesItem;
      }
      return kWritesItem | kInserts;
    case AccessOp::item_del: return kRemoves;
    case AccessOp::method: {
      const std::string_view method = summary.name(access.method);
      const int count = argument_count(summary, access);
      if (rules::is_iterator(location.type.container) &&
          (method == "send" || method == "throw" || method == "__next__")) {
        return kAdvances;
      }
      if (location.type.kind == Type::Kind::builtin) {
        if (const auto* row = rules::container_op(location.type.container, method, count)) {
          return effect_of_row(*row, method);
        }
        return kReads;
      }
      if (location.type.kind == Type::Kind::unknown && rules::mutates_any_container(method) &&
          !named_arguments(summary, access)) {
        const bool removes = method == "pop" || method == "popleft" || method == "popitem" ||
                             method == "remove" || method == "discard" || method == "clear";
        return removes ? kRemoves : kInserts;
      }
      return kReads;
    }
    case AccessOp::whole: {
      const std::string_view function = summary.name(access.method);
      if (function == "next") return kAdvances;
      if (rules::is_iterator(location.type.container)) return kAdvances;
      if (const auto* row = rules::call_op(location.type.container, function)) {
        return row->mutates() ? static_cast<std::uint16_t>(kInserts | kRemoves)
                              : std::uint16_t{kReads};
      }
      return kReads;
    }
  }
  return kReads;
}

LocationFacts facts_of(const Program& program, const Concurrency& concurrency, LocationId id) {
  const Location& location = program.locations()[id];
  LocationFacts out;
  std::map<LockId, std::pair<std::uint32_t, std::uint32_t>> counts;
  for (const AccessRef& ref : location.accesses) {
    if (program.functions()[ref.function].import_time || concurrency.under_construction(id, ref))
      continue;
    const Access& access = program.modules()[ref.module]->accesses[ref.access];
    AccessFacts made;
    made.ref = ref;
    made.outside = true;
    made.effect = effect_of(program, ref.module, ref.access, location);
    for (const HeldLock& held : program.locks_held(ref.function, access.held)) {
      if (held.strength == HeldLock::Strength::none) continue;
      if (held.strength == HeldLock::Strength::possible || held.lock == kNone) {
        made.possibly_locked = true;
      } else if (guards(program, ref.module, held, access, id)) {
        made.locks.push_back(held.lock);
      }
    }
    const bool changes = (made.effect & kChanges) != 0;
    for (const LockId lock : made.locks) {
      auto& [all, changing] = counts[lock];
      ++all;
      if (changes) ++changing;
    }
    if (changes) out.changes.push_back(out.accesses.size());
    if ((made.effect & kBinds) != 0) out.rebound = true;
    if ((made.effect & (kRemoves | kReplaces)) != 0) out.removed = true;
    out.accesses.push_back(std::move(made));
  }
  for (const auto& [lock, count] : counts) {
    out.locks.push_back({lock, count.first, count.second});
    if (std::pair(count.second, count.first) > std::pair(out.guarded_changes, out.guarded)) {
      out.main_lock = lock;
      out.guarded = count.first;
      out.guarded_changes = count.second;
    }
  }
  return out;
}

bool protects(const Program& program, LockId lock, LocationId id) {
  if (lock == kNone) return false;
  const Lock& held = program.locks()[lock];
  switch (held.scope) {
    case Lock::Scope::program:
    case Lock::Scope::closure: return true;
    case Lock::Scope::fresh: return false;
    case Lock::Scope::parameter: return true;
    case Lock::Scope::instance: {
      LocationId at = id;
      while (program.locations()[at].kind == LocationKind::item &&
             program.locations()[at].parent != kNone) {
        at = program.locations()[at].parent;
      }
      const LocationKind kind = program.locations()[at].kind;
      return kind == LocationKind::instance_attribute || kind == LocationKind::item;
    }
  }
  return true;
}

bool guards(const Program& program, ModuleIndex module, const HeldLock& held, const Access& access,
            LocationId id) {
  if (!protects(program, held.lock, id)) return false;
  const Lock& lock = program.locks()[held.lock];
  if (lock.scope != Lock::Scope::instance || held.section == kNone) return true;
  const ModuleSummary& summary = *program.modules()[module];
  // Receivers are compared only where both are written out: `r._lock` and `s.balance`.
  const PathNode& lock_path = summary.paths[summary.sections[held.section].lock];
  PathId at = access.path;
  while (summary.paths[at].kind == PathKind::item) at = summary.paths[at].parent;
  const PathNode& path = summary.paths[at];
  const PathId holder = lock_path.kind == PathKind::attr ? lock_path.parent : held.object;
  if (holder == 0 || path.kind != PathKind::attr) return true;
  if (holder == path.parent) return true;
  // A part guarded by its owner's lock: `with self._lock: self.stats.hits += 1`.
  PathId owner = path.parent;
  while (owner != 0) {
    if (owner == holder) return true;
    owner = summary.paths[owner].parent;
  }
  if (lock.location == kNone) return true;
  const Location& kept = program.locations()[lock.location];
  const Location& state = program.locations()[id];
  return kept.kind != state.kind || kept.owner != state.owner;
}

}  // namespace gilcheck::analyzer
