#include "analyzer/link/lock_resolver.h"

#include <algorithm>
#include <array>

#include "analyzer/link/objects.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {
namespace {

using rules::Container;
using Strength = HeldLock::Strength;

constexpr int kMaxDepth = 5;

FoundLock nothing() {
  FoundLock out;
  out.strength = Strength::none;
  return out;
}

/// Permits of a semaphore by the call that makes it: 1, more (2), or unknown (0).
int permits(const ModuleSummary& s, CallId call) {
  const Range args = s.calls[call].args;
  if (args.count == 0) return 1;
  const Argument& first = s.arguments[args.first];
  if (first.star != 0) return 0;
  const ValueNode& value = s.values[first.value];
  if (value.kind != ValueKind::constant) return 0;
  return s.name(value.b) == "1" ? 1 : 2;
}

/// The call that makes the value, through annotations.
CallId making_call(const ModuleSummary& s, ValueId v) {
  const ValueNode* node = &s.values[v];
  while (node->kind == ValueKind::annotated) node = &s.values[node->b];
  return node->kind == ValueKind::call ? node->a : kNone;
}

/// Top-level names of the standard library whose context managers exclude nobody; the locks among
/// them are in the tables.
bool is_standard_library(std::string_view dotted) {
  static constexpr std::array<std::string_view, 58> kModules = {"_io",
                                                                "abc",
                                                                "argparse",
                                                                "ast",
                                                                "asyncio",
                                                                "builtins",
                                                                "bz2",
                                                                "code",
                                                                "codecs",
                                                                "collections",
                                                                "concurrent",
                                                                "configparser",
                                                                "contextlib",
                                                                "contextvars",
                                                                "copy",
                                                                "csv",
                                                                "ctypes",
                                                                "dbm",
                                                                "decimal",
                                                                "email",
                                                                "enum",
                                                                "fileinput",
                                                                "ftplib",
                                                                "functools",
                                                                "glob",
                                                                "gzip",
                                                                "http",
                                                                "imaplib",
                                                                "importlib",
                                                                "io",
                                                                "itertools",
                                                                "json",
                                                                "logging",
                                                                "lzma",
                                                                "mailbox",
                                                                "mmap",
                                                                "multiprocessing",
                                                                "os",
                                                                "pathlib",
                                                                "pickle",
                                                                "pprint",
                                                                "profile",
                                                                "select",
                                                                "selectors",
                                                                "shelve",
                                                                "shutil",
                                                                "smtplib",
                                                                "socket",
                                                                "socketserver",
                                                                "sqlite3",
                                                                "ssl",
                                                                "subprocess",
                                                                "tarfile",
                                                                "tempfile",
                                                                "test",
                                                                "unittest",
                                                                "urllib",
                                                                "warnings"};
  const std::string_view top = dotted.substr(0, dotted.find('.'));
  if (top == dotted) return dotted == "open";
  return std::binary_search(kModules.begin(), kModules.end(), top) || top == "winreg" ||
         top == "wsgiref" || top == "xml" || top == "xmlrpc" || top == "zipfile";
}

std::uint32_t rank(Strength strength) {
  switch (strength) {
    case Strength::sure: return 2;
    case Strength::possible: return 1;
    case Strength::none: return 0;
  }
  return 0;
}

}  // namespace

FoundLock LockResolver::at(LocationId location, PathId owner, Strength strength) const {
  FoundLock out;
  out.strength = strength;
  out.location = canonical_[location];
  out.identified = true;
  const Location& kept = model_.locations[out.location];
  switch (kept.kind) {
    case LocationKind::instance_attribute:
      out.scope = Lock::Scope::instance;
      // Through an alias in the same object (Condition(self._lock)) it still is that object's.
      if (model_.locations[location].kind == LocationKind::instance_attribute &&
          model_.locations[location].owner == kept.owner) {
        out.object = owner;
      }
      break;
    case LocationKind::closure:
    case LocationKind::local_object: out.scope = Lock::Scope::closure; break;
    case LocationKind::item:
      // Which item is not known: other keys have other locks.
      if (kept.name == 0 && out.strength == Strength::sure) out.strength = Strength::possible;
      [[fallthrough]];
    default: out.scope = Lock::Scope::program; break;
  }
  return out;
}

std::vector<FoundLock> LockResolver::builtin(const Type& type, LocationId location, PathId owner) {
  if (!rules::is_lock(type.container)) return {nothing()};
  Strength strength = Strength::sure;
  if (type.container == Container::Semaphore) {
    // A lock if every value ever stored has one permit.
    int worst = 1;
    const LocationId kept = location == kNone ? kNone : canonical_[location];
    if (kept != kNone) {
      const Location& where = model_.locations[kept];
      const ModuleSummary& source = model_.summary(where.initial_module);
      const CallId call = where.initial == 0 ? kNone : making_call(source, where.initial);
      worst = call == kNone ? 0 : permits(source, call);
    } else {
      worst = 0;
    }
    if (worst == 2) return {nothing()};
    if (worst == 0) strength = Strength::possible;
  }
  if (location != kNone) return {at(location, owner, strength)};
  FoundLock out;
  out.strength = Strength::possible;
  return {out};
}

std::vector<FoundLock> LockResolver::object(const Type& type, LocationId location, PathId owner,
                                            bool acquired, CallId constructed, int depth) {
  switch (type.kind) {
    case Type::Kind::builtin: return builtin(type, location, owner);
    case Type::Kind::instance:
      return wrapper(type.index, location, owner, acquired, constructed, depth);
    case Type::Kind::external_instance: {
      const std::string_view name = model_.symbols.text(type.external);
      if (is_standard_library(name)) return {nothing()};
      break;
    }
    default: break;
  }
  if (location != kNone) return {at(location, owner, Strength::possible)};
  return {FoundLock{}};
}

std::vector<FoundLock> LockResolver::held(HeldId id, int depth) {
  std::vector<FoundLock> out;
  const Range sections = s_.held_sets[id];
  for (std::uint32_t i = sections.first; i < sections.end(); ++i) {
    const std::vector<FoundLock> found = section(s_.held_lists[i], depth);
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

std::vector<FoundLock> LockResolver::wrapper(ClassIndex klass, LocationId location, PathId owner,
                                             bool acquired, CallId constructed, int depth) {
  if (depth > kMaxDepth) return {FoundLock{}};
  const Type self = instance_of(model_, klass);
  if (rules::is_lock(self.container)) {
    // class MyLock(threading.RLock)
    return builtin(self, location, owner);
  }
  Symbol entry = acquired ? model_.symbols.find("acquire") : model_.known.enter;
  FunctionIndex enter = model_.find_method(klass, entry);
  if (enter == kNone) {
    if (model_.class_tables[klass].external_ancestor && self.container == Container::Unknown) {
      return {location != kNone ? at(location, owner, Strength::possible) : FoundLock{}};
    }
    return {nothing()};
  }
  const ModuleIndex home = model_.module_of(enter);
  const Function& function = model_.function(enter);
  LockResolver inside(model_, home, canonical_);
  std::vector<FoundLock> kept = inside.held(function.exit_held, depth + 1);
  Strength strength = Strength::none;
  for (const FoundLock& lock : kept) {
    if (rank(lock.strength) > rank(strength)) strength = lock.strength;
  }
  if (strength == Strength::none) {
    // It may do by hand what a lock does: a condition and a flag.
    for (const Section& section : inside.s_.sections) {
      if (section.function == model_.functions[enter].id) strength = Strength::possible;
    }
    for (std::uint32_t e = model_.edges_from[enter]; e < model_.edges_from[enter + 1]; ++e) {
      const FunctionIndex to = model_.edges[e].to;
      if (model_.functions[to].owner == kNone || model_.functions[to].module != home ||
          !model_.edges[e].same_self) {
        continue;
      }
      for (const Section& section : inside.s_.sections) {
        if (section.function == model_.functions[to].id) strength = Strength::possible;
      }
    }
    if (strength == Strength::none) return {nothing()};
  }
  if (location != kNone) return {at(location, owner, strength)};
  // `with Guard(self._lock):` the lock came in through the constructor.
  std::vector<FoundLock> out;
  for (FoundLock lock : kept) {
    if (lock.strength == Strength::none) continue;
    lock.object = 0;
    if (constructed != kNone && lock.location != kNone) {
      const Location& where = model_.locations[lock.location];
      const Member* member = where.kind == LocationKind::instance_attribute
                                 ? model_.own_member(where.owner, where.name)
                                 : nullptr;
      if (member != nullptr && member->slot != kNone) {
        const FunctionIndex init = model_.find_method(klass, model_.known.init);
        for (const Flow& flow : model_.slot_flows.of(member->slot)) {
          if (flow.kind != Flow::Kind::value || init == kNone) continue;
          const ValueNode& value = model_.summary(flow.module).values[flow.value];
          if (value.kind != ValueKind::param ||
              model_.function_index(flow.module, value.a) != init || value.b == 0) {
            continue;
          }
          const Range args = s_.calls[constructed].args;
          if (value.b - 1 >= args.count) continue;
          const Argument& argument = s_.arguments[args.first + value.b - 1];
          if (argument.keyword != 0 || argument.star != 0) continue;
          const LocationId passed = location_of_value(m_, argument.value);
          if (passed == kNone) continue;
          const ValueNode& spelled = s_.values[argument.value];
          const PathId object =
              spelled.kind == ValueKind::path && s_.paths[spelled.a].kind == PathKind::attr
                  ? s_.paths[spelled.a].parent
                  : 0;
          lock = at(passed, object, lock.strength);
        }
      }
    }
    out.push_back(lock);
  }
  if (out.empty()) {
    FoundLock some;
    some.strength = Strength::possible;
    out.push_back(some);
  }
  return out;
}

LocationId LockResolver::location_of_value(ModuleIndex m, ValueId v) {
  const ObjectRef object = resolve_object(model_, object_of(model_, evaluator_, m, v));
  if (object.kind == ObjectRef::Kind::slot) return model_.location_of_slot[object.id];
  if (object.kind == ObjectRef::Kind::local) {
    const auto found =
        model_.local_objects.find((static_cast<std::uint64_t>(object.module) << 32) | object.id);
    return found == model_.local_objects.end() ? kNone : found->second;
  }
  return kNone;
}

bool LockResolver::is_first_param(ModuleIndex m, PathId path) const {
  const ModuleSummary& s = model_.summary(m);
  const PathNode& node = s.paths[path];
  if (node.kind != PathKind::value) return false;
  const ValueNode& value = s.values[node.aux];
  return value.kind == ValueKind::param && value.b == 0;
}

std::vector<FoundLock> LockResolver::by_function(FunctionIndex f, PathId receiver, bool acquired,
                                                 int depth) {
  const ModuleIndex home = model_.module_of(f);
  const Function& function = model_.function(f);
  LockResolver inside(model_, home, canonical_);
  std::vector<FoundLock> out;
  if (model_.context_manager[f] != 0) {
    out = inside.held(function.yield_held, depth + 1);
    if (out.empty()) return {nothing()};
  } else {
    for (std::uint32_t i = function.returns.first; i < function.returns.end(); ++i) {
      const ValueId value = inside.s_.value_lists[i];
      const ValueNode& node = inside.s_.values[value];
      std::vector<FoundLock> found;
      if (node.kind == ValueKind::path) {
        found = inside.by_path(node.a, acquired, depth + 1);
      } else if (const CallId call = making_call(inside.s_, value); call != kNone) {
        found = inside.by_call(call, acquired, depth + 1);
      } else if (node.kind == ValueKind::param && node.b == 0 &&
                 model_.functions[f].owner != kNone) {
        // `return self`: the object itself is entered.
        evaluator_.reset();
        found = receiver == 0 ? std::vector<FoundLock>{FoundLock{}}
                              : by_path(receiver, acquired, depth + 1);
        out.insert(out.end(), found.begin(), found.end());
        continue;
      } else {
        found = {FoundLock{}};
      }
      out.insert(out.end(), found.begin(), found.end());
    }
    if (out.empty()) return {FoundLock{}};
    // Several returns: only what all agree on is sure.
    if (out.size() > 1) {
      const FoundLock first = out.front();
      bool same = true;
      for (const FoundLock& other : out) {
        same = same && other.location == first.location && other.identified == first.identified;
      }
      out.resize(1);
      if (!same) out[0] = FoundLock{};
    }
  }
  for (FoundLock& lock : out) {
    // What the callee calls self is our receiver.
    lock.object = lock.object != 0 && inside.is_first_param(home, lock.object) ? receiver : 0;
  }
  return out;
}

std::vector<FoundLock> LockResolver::by_call(CallId call, bool acquired, int depth) {
  if (depth > kMaxDepth) return {FoundLock{}};
  const Callee& callee = model_.tables[m_].callees[call];
  switch (callee.kind) {
    case Callee::Kind::function: {
      PathId receiver = 0;
      const ValueNode& spelled = s_.values[s_.calls[call].callee];
      if (callee.receiver_bound && spelled.kind == ValueKind::path &&
          s_.paths[spelled.a].kind == PathKind::attr) {
        receiver = s_.paths[spelled.a].parent;
      }
      return by_function(callee.function, receiver, acquired, depth);
    }
    case Callee::Kind::constructor: return wrapper(callee.klass, kNone, 0, acquired, call, depth);
    case Callee::Kind::external: {
      if (callee.external == 0) return {FoundLock{}};
      const std::string_view name = model_.symbols.text(callee.external);
      const auto made = rules::constructed_by(name);
      if (made && rules::is_lock(*made)) {
        // Made for this call: it excludes nobody.
        FoundLock out = nothing();
        out.scope = Lock::Scope::fresh;
        out.identified = true;
        return {out};
      }
      if (made || is_standard_library(name)) return {nothing()};
      return {FoundLock{}};
    }
    case Callee::Kind::method:
      // `with self._locks.get(k)`: one of several.
      if (rules::is_mutable_container(callee.container)) return {FoundLock{}};
      return {nothing()};
    case Callee::Kind::unknown: return {FoundLock{}};
  }
  return {FoundLock{}};
}

std::vector<FoundLock> LockResolver::by_path(PathId path, bool acquired, int depth) {
  if (depth > kMaxDepth) return {FoundLock{}};
  const PathNode& node = s_.paths[path];
  const LocationId location = model_.tables[m_].path_locations[path];
  if (node.kind == PathKind::value) {
    const ValueNode& value = s_.values[node.aux];
    const CallId call = making_call(s_, node.aux);
    if (call != kNone && location == kNone) return by_call(call, acquired, depth);
    if (value.kind == ValueKind::either) {
      // `lock or nullcontext()`, `a if c else b`: perhaps.
      return {FoundLock{}};
    }
    evaluator_.reset();
    const Type type = evaluator_.type(m_, node.aux);
    if (location == kNone && value.kind == ValueKind::param) {
      if (type.kind == Type::Kind::builtin && !rules::is_lock(type.container)) return {nothing()};
      if (type.kind == Type::Kind::instance) {
        std::vector<FoundLock> found = wrapper(type.index, kNone, 0, acquired, kNone, depth);
        if (found.size() == 1 && found[0].strength == Strength::none) return found;
        // `self.acquire()`: what it takes is kept in the object.
        const bool kept = std::all_of(found.begin(), found.end(), [](const FoundLock& lock) {
          return lock.identified && lock.location != kNone;
        });
        if (acquired && kept && !found.empty()) {
          for (FoundLock& lock : found) {
            if (lock.scope == Lock::Scope::instance) lock.object = path;
          }
          return found;
        }
      }
      FoundLock out;
      out.scope = Lock::Scope::parameter;
      out.parameter = model_.param_index(m_, value.a, value.b);
      out.identified = true;
      if (type.kind == Type::Kind::builtin && type.container != Container::Semaphore) {
        out.strength = Strength::sure;
      }
      return {out};
    }
    return object(type, location, 0, acquired, kNone, depth);
  }
  evaluator_.reset();
  const Denotation what = evaluator_.place(m_, path);
  const PathId owner = node.kind == PathKind::attr ? node.parent : 0;
  if (location == kNone && node.kind == PathKind::attr) {
    // A property that answers with the lock.
    evaluator_.reset();
    const Type holder = evaluator_.place(m_, node.parent).type;
    if (holder.kind == Type::Kind::instance) {
      const Member* member = model_.find_member(holder.index, model_.symbol(m_, node.sym));
      if (member != nullptr && member->kind == Member::Kind::method &&
          (model_.function(member->index).flags & kFunctionProperty) != 0) {
        return by_function(member->index, node.parent, acquired, depth + 1);
      }
    }
  }
  return object(what.type, location, owner, acquired, kNone, depth);
}

std::vector<FoundLock> LockResolver::by_helper(CallId call, int depth) {
  const Callee& callee = model_.tables[m_].callees[call];
  const ModuleIndex home = model_.module_of(callee.function);
  LockResolver inside(model_, home, canonical_);
  std::vector<FoundLock> out = inside.held(model_.function(callee.function).exit_held, depth + 1);
  PathId receiver = 0;
  const ValueNode& spelled = s_.values[s_.calls[call].callee];
  if (callee.receiver_bound && spelled.kind == ValueKind::path &&
      s_.paths[spelled.a].kind == PathKind::attr) {
    receiver = s_.paths[spelled.a].parent;
  }
  for (FoundLock& lock : out) {
    lock.object = lock.object != 0 && inside.is_first_param(home, lock.object) ? receiver : 0;
    // A lock that was passed to the helper is named by the caller, which is not looked up here.
    if (lock.parameter != kNone) lock = FoundLock{};
  }
  return out;
}

std::vector<FoundLock> LockResolver::owned(PathId path, int depth) {
  const LocationId location = model_.tables[m_].path_locations[path];
  evaluator_.reset();
  const Type type = evaluator_.place(m_, path).type;
  if (type.kind != Type::Kind::instance || rules::is_lock(type.container)) {
    return by_path(path, true, depth);
  }
  // An object of the program that says so of a lock it keeps: the one its answer looks at.
  const FunctionIndex asks = model_.find_method(type.index, model_.symbols.find("_is_owned"));
  if (asks == kNone) return {FoundLock{}};
  const ModuleIndex home = model_.module_of(asks);
  LockResolver inside(model_, home, canonical_);
  std::vector<FoundLock> out;
  for (SectionId id = 0; id < inside.s_.sections.size(); ++id) {
    if (model_.function_index(home, inside.s_.sections[id].function) != asks) continue;
    for (FoundLock lock : inside.section(id, depth + 1)) {
      lock.object = lock.object != 0 && inside.is_first_param(home, lock.object) ? path : 0;
      out.push_back(lock);
    }
  }
  if (out.size() == 1) return out;
  return {location != kNone ? at(location, 0, Strength::possible) : FoundLock{}};
}

std::vector<FoundLock> LockResolver::section(SectionId id, int depth) {
  if (depth > kMaxDepth) return {FoundLock{}};
  const Section& section = s_.sections[id];
  if (section.async_) return {nothing()};
  const bool acquired = section.kind == SectionKind::acquired;
  if (section.kind == SectionKind::helper) return by_helper(making_call(s_, section.value), depth);
  if (section.kind == SectionKind::owned) return owned(section.lock, depth);
  if (acquired) {
    // acquire(blocking=False) whose result nobody asks for protects nothing.
    const CallId call = section.value == 0 ? kNone : making_call(s_, section.value);
    if (call != kNone && (s_.calls[call].flags & kCallResultUnused) != 0) {
      const Range args = s_.calls[call].args;
      for (std::uint32_t i = args.first; i < args.end(); ++i) {
        const ValueNode& value = s_.values[s_.arguments[i].value];
        const std::string_view keyword = s_.name(s_.arguments[i].keyword);
        const bool literal_true = value.kind == ValueKind::constant && s_.name(value.b) == "True";
        if (keyword == "timeout" || ((keyword == "blocking" || keyword.empty()) && !literal_true)) {
          return {nothing()};
        }
      }
    }
  }
  if (section.kind == SectionKind::with_call && section.value != 0) {
    const CallId call = making_call(s_, section.value);
    // A local that holds the call's result and is shared with others has a location.
    if (call != kNone && model_.tables[m_].path_locations[section.lock] == kNone) {
      return by_call(call, acquired, depth);
    }
  }
  if (section.lock != 0) return by_path(section.lock, acquired, depth);
  if (section.value != 0) {
    evaluator_.reset();
    return object(evaluator_.type(m_, section.value), kNone, 0, acquired, kNone, depth);
  }
  return {FoundLock{}};
}

std::vector<LocationId> canonical_locks(const Model& model) {
  std::vector<LocationId> out(model.locations.size());
  Evaluator evaluator(model);
  for (LocationId l = 0; l < out.size(); ++l) out[l] = l;
  std::vector<SlotId> slot_of(model.locations.size(), kNone);
  for (SlotId slot = 0; slot < model.location_of_slot.size(); ++slot) {
    if (model.location_of_slot[slot] != kNone) slot_of[model.location_of_slot[slot]] = slot;
  }
  for (LocationId l = 0; l < out.size(); ++l) {
    const Location& location = model.locations[l];
    const bool lock_like =
        (location.type.kind == Type::Kind::builtin && rules::is_lock(location.type.container)) ||
        location.type.kind == Type::Kind::unknown;
    if (!lock_like) continue;
    // The single value ever stored, None aside.
    ModuleIndex m = location.initial_module;
    ValueId stored = location.initial;
    if (slot_of[l] != kNone) {
      stored = 0;
      bool several = false;
      for (const Flow& flow : model.slot_flows.of(slot_of[l])) {
        if (flow.kind != Flow::Kind::value) continue;
        const ValueNode& node = model.summary(flow.module).values[flow.value];
        if (node.kind == ValueKind::constant) continue;
        if (stored != 0) several = true;
        stored = flow.value;
        m = flow.module;
      }
      if (several) continue;
    }
    if (stored == 0) continue;
    const ModuleSummary& s = model.summary(m);
    ValueId source = stored;
    if (const CallId call = making_call(s, stored); call != kNone) {
      // Condition(lock)
      if (location.type.container != Container::Condition) continue;
      source = 0;
      const Range args = s.calls[call].args;
      for (std::uint32_t i = args.first; i < args.end(); ++i) {
        const Argument& argument = s.arguments[i];
        if (argument.keyword == 0 || s.name(argument.keyword) == "lock") source = argument.value;
      }
      if (source == 0) continue;
    } else if (makes_object(model, m, stored)) {
      continue;
    }
    const ObjectRef object = resolve_object(model, object_of(model, evaluator, m, source));
    LocationId target = kNone;
    if (object.kind == ObjectRef::Kind::slot) target = model.location_of_slot[object.id];
    if (object.kind == ObjectRef::Kind::local) {
      const auto found =
          model.local_objects.find((static_cast<std::uint64_t>(object.module) << 32) | object.id);
      if (found != model.local_objects.end()) target = found->second;
    }
    // An attribute of another object may be another lock for every object: an alias only if the
    // object is the same (`self._cond = Condition(self._lock)`) or there is just one.
    if (target == kNone || target == l) continue;
    out[l] = target;
  }
  for (LocationId l = 0; l < out.size(); ++l) {
    LocationId at = out[l];
    for (int i = 0; i < 8 && out[at] != at; ++i) at = out[at];
    out[l] = at;
  }
  return out;
}

}  // namespace gilcheck::analyzer
