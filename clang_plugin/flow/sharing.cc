#include "clang_plugin/flow/sharing.h"

#include <fmt/format.h>

#include <algorithm>

#include "clang_plugin/link/annotations.h"

namespace gilcheck::clang_plugin {

using Level = SharedObject::Level;
using rules::CAct;
using rules::CEffect;
using rules::CResult;

namespace {

constexpr int kDeepest = 8;

std::string parameter_name(const Program& p, FunctionIndex f, std::uint32_t index) {
  const Unit& unit = p.unit_of(f);
  const Range params = p.function(f).params;
  const bool method = (p.function(f).flags & kFunctionMethod) != 0;
  const std::uint32_t at = method ? index - 1 : index;
  if (at < params.count) {
    const std::string_view name = unit.text(unit.variables[params.first + at].name);
    if (!name.empty()) return std::string(name);
  }
  return fmt::format("argument {}", index + 1);
}

TypeId parameter_type(const Program& p, FunctionIndex f, std::uint32_t index) {
  const Range params = p.function(f).params;
  if (index >= params.count) return 0;
  return p.unit_of(f).variables[params.first + index].type;
}

bool only(std::uint8_t reach, std::uint8_t allowed) {
  return reach != 0 && (reach & ~allowed) == 0;
}

}  // namespace

bool is_call_packing(const Program& program, FunctionIndex f, std::uint32_t index) {
  if (index != 1 && index != 2) return false;
  const Unit& unit = program.unit_of(f);
  const Function& function = program.function(f);
  if (function.params.count != 3) return false;
  for (std::uint32_t i = 1; i < 3; ++i) {
    if (!is_object_pointer(unit, parameter_type(program, f, i))) return false;
  }
  // PyCFunctionWithKeywords, tp_new, tp_init, tp_call; no other entry has this shape.
  return std::any_of(program.functions()[f].entries.begin(), program.functions()[f].entries.end(),
                     [](const Entry& entry) {
                       return entry.kind == EntryKind::method ||
                              entry.kind == EntryKind::construct ||
                              (entry.kind == EntryKind::slot && entry.python.ends_with("tp_call"));
                     });
}

std::string MemoryKey::text(const Program& program) const {
  if (global != kNone) return program.globals()[global].name;
  return record.empty() ? field : fmt::format("{}.{}", record, field);
}

MemoryKey memory_key(const Program& program, FunctionIndex f, PlaceId id) {
  const Unit& unit = program.unit_of(f);
  // A structure on the function's own stack is no memory that others see.
  const VarId variable = root_variable(unit, id);
  if (variable != kNone && program.global(program.functions()[f].unit, variable) == kNone)
    return {};
  for (int step = 0; step < 16 && id != 0; ++step) {
    const Place& place = unit.places[id];
    switch (place.kind) {
      case PlaceKind::unknown: return {};
      case PlaceKind::variable: {
        MemoryKey out;
        out.global = program.global(program.functions()[f].unit, place.id);
        return out;
      }
      case PlaceKind::field: {
        const Field& field = unit.fields[place.id];
        // A field of a structure in a static variable is that variable's.
        MemoryKey out;
        out.record = unit.text(unit.records[field.record].name);
        out.field = unit.text(field.name);
        if (out.record.empty() && variable != kNone) {
          out.record =
              program.globals()[program.global(program.functions()[f].unit, variable)].name;
        }
        return out;
      }
      case PlaceKind::index: id = place.parent; break;
      case PlaceKind::deref: {
        // An element of an array that a field points to is the field's.
        const Instr& pointer = unit.instrs[place.id];
        if (pointer.op != Op::load) return {};
        id = pointer.a;
        break;
      }
    }
  }
  return {};
}

// ---------------------------------------------------------------- building

Sharing::Fate Sharing::fate_of_pass(FunctionIndex f, const ReferenceUse& use) const {
  const Unit& unit = program_->unit_of(f);
  const Instr& call = unit.instrs[use.instr];
  Fate out;
  if (call.op != Op::call) {
    out.leaks = true;
    return out;
  }
  if (call.a != kNone) {
    const FunctionIndex callee = program_->resolve(program_->functions()[f].unit, call.a);
    if (callee != kNone) {
      out.changes = changes(callee, use.argument);
      out.leaks = leaks(callee, use.argument);
      return out;
    }
  }
  const rules::CFunction* row = effects_->row(unit, call);
  if (row == nullptr) {
    const std::string_view name = program_->callee_name(unit, call);
    // A call through a pointer, or of the C API that the table does not know.
    out.leaks = call.a == kNone || name.starts_with("Py") || name.starts_with("_Py");
    return out;
  }
  switch (row->act) {
    case CAct::Incref:
    case CAct::Decref:
    case CAct::Clear:
    case CAct::Visit:
    case CAct::Refcount:
    case CAct::UniqueTest:
    case CAct::SectionBegin:
    case CAct::SectionGuard: return out;
    default: break;
  }
  if (row->object == static_cast<int>(use.argument)) {
    out.changes = row->effect == CEffect::Write || row->effect == CEffect::Structural ||
                  row->effect == CEffect::Replace;
    return out;
  }
  // Keyword arguments are copied, or used up, by the call.
  const std::string_view callee = program_->callee_name(unit, call);
  if ((callee == "PyObject_Call" && use.argument == 2) ||
      (callee == "PyObject_VectorcallDict" && use.argument == 3)) {
    return out;
  }
  const auto index = static_cast<std::int8_t>(use.argument);
  out.leaks =
      row->steals(index) || row->python == Python::Always ||
      (row->object >= 0 && (row->effect == CEffect::Write || row->effect == CEffect::Structural)) ||
      (row->object < 0 && row->result == CResult::New);
  return out;
}

void Sharing::read_parameters() {
  const std::size_t count = program_->functions().size();
  changes_.resize(count);
  leaks_.resize(count);
  std::vector<std::vector<std::pair<std::uint32_t, std::vector<ReferenceUse>>>> parameters(count);
  for (FunctionIndex f = 0; f < count; ++f) {
    const Unit& unit = program_->unit_of(f);
    const std::size_t many = program_->function(f).params.count + 1U;
    changes_[f].assign(many, false);
    leaks_[f].assign(many, false);
    for_each_instr(unit, program_->function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (instr.op != Op::parameter || instr.b >= many) return;
      parameters[f].emplace_back(instr.b,
                                 reference_uses(*program_, *effects_, uses_[f], f, id, true));
    });
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (FunctionIndex f = 0; f < count; ++f) {
      const Unit& unit = program_->unit_of(f);
      for (const auto& [index, list] : parameters[f]) {
        for (const ReferenceUse& use : list) {
          Fate fate;
          switch (use.kind) {
            case ReferenceUse::Kind::pass: fate = fate_of_pass(f, use); break;
            case ReferenceUse::Kind::store: {
              const VarId variable = root_variable(unit, unit.instrs[use.instr].a);
              fate.leaks = variable == kNone ||
                           program_->global(program_->functions()[f].unit, variable) != kNone;
              break;
            }
            case ReferenceUse::Kind::returned: fate.leaks = true; break;
            default: break;
          }
          if (fate.changes && !changes_[f][index]) changes_[f][index] = changed = true;
          if (fate.leaks && !leaks_[f][index]) leaks_[f][index] = changed = true;
        }
      }
    }
  }
}

void Sharing::follow_kept(FunctionIndex f, ValueId value, Kept& kept, int depth) const {
  const FunctionNode& node = program_->functions()[f];
  const bool shared = (node.reach & kReachShared) != 0;
  const bool quiet = only(node.reach, kReachDestroy | kReachCollect);
  for (const ReferenceUse& use : reference_uses(*program_, *effects_, uses_[f], f, value, true)) {
    switch (use.kind) {
      case ReferenceUse::Kind::pass: {
        const Fate fate = fate_of_pass(f, use);
        if (fate.changes && shared) kept.changed.push_back({f, use.instr});
        if (fate.leaks && !quiet && !kept.leaks) kept.leaks = Where{f, use.instr};
        const Unit& unit = program_->unit_of(f);
        const rules::CFunction* row = effects_->row(unit, unit.instrs[use.instr]);
        if (row != nullptr && (row->act == CAct::Decref || row->act == CAct::Clear)) {
          kept.owns = true;
        }
        break;
      }
      case ReferenceUse::Kind::returned: {
        // A getter of the project hands it to its callers; an entry to Python.
        const bool entry =
            std::any_of(node.entries.begin(), node.entries.end(),
                        [](const Entry& e) { return e.kind != EntryKind::exported; });
        if (entry && !kept.leaks) kept.leaks = Where{f, use.instr};
        if (depth > 2) break;
        for (const std::uint32_t index : node.callers) {
          const CallSite& site = program_->call_sites()[index];
          if (!site.as_callback) follow_kept(site.caller, site.call, kept, depth + 1);
        }
        break;
      }
      case ReferenceUse::Kind::store: {
        // Moved within the same object (a swap), or to where it is not followed.
        const Unit& unit = program_->unit_of(f);
        const VarId variable = root_variable(unit, unit.instrs[use.instr].a);
        const bool local =
            variable != kNone && program_->global(program_->functions()[f].unit, variable) == kNone;
        if (!local && !quiet && depth == 0 && !kept.leaks) {
          const MemoryKey to = memory_key(*program_, f, unit.instrs[use.instr].a);
          const Instr& from = unit.instrs[value];
          const bool same = from.op == Op::load && memory_key(*program_, f, from.a) == to;
          if (!same) kept.leaks = Where{f, use.instr};
        }
        break;
      }
      default: break;
    }
  }
}

void Sharing::read_memory() {
  for (const Unit* unit : program_->units()) {
    if (unit->comments.empty()) continue;
    for (const Field& field : unit->fields) {
      if (!annotation_at(*unit, field.pos)) continue;
      MemoryKey key;
      key.record = unit->text(unit->records[field.record].name);
      key.field = unit->text(field.name);
      kept_[key].annotated = true;
    }
  }
  for (GlobalIndex g = 0; g < program_->globals().size(); ++g) {
    const Unit& unit = program_->unit(program_->globals()[g].unit);
    if (!annotation_at(unit, program_->variable(g).pos)) continue;
    MemoryKey key;
    key.global = g;
    kept_[key].annotated = true;
  }
  for (FunctionIndex f = 0; f < program_->functions().size(); ++f) {
    const Unit& unit = program_->unit_of(f);
    const FunctionNode& node = program_->functions()[f];
    std::optional<Paths> paths;
    const auto base_exclusive = [&](ValueId id) {
      const ValueId base = root_pointer(unit, unit.instrs[id].a);
      if (base == kNone) return false;
      if (!paths) paths.emplace(*program_, f);
      // What a call gave (another function's allocation) is not yet what others have, either.
      const Origin::Kind from = references_->origin(f, base).kind;
      return from == Origin::Kind::owned || from == Origin::Kind::fresh ||
             references_->exclusive(f, base, id, *paths);
    };
    for_each_instr(unit, program_->function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (instr.op != Op::load && instr.op != Op::store) return;
      if (!is_object_pointer(unit, unit.places[instr.a].type)) return;
      const MemoryKey key = memory_key(*program_, f, instr.a);
      if (!key.known()) return;
      Kept& kept = kept_[key];
      if (instr.op == Op::load) {
        Kept here;
        follow_kept(f, id, here, 0);
        // On an object that is still being made nothing is changed for others.
        if (!here.changed.empty() && !base_exclusive(id)) {
          kept.changed.insert(kept.changed.end(), here.changed.begin(), here.changed.end());
        }
        if (here.leaks && !kept.leaks) kept.leaks = here.leaks;
        kept.owns = kept.owns || here.owns;
        return;
      }
      const Origin from = references_->origin(f, instr.b);
      switch (from.kind) {
        case Origin::Kind::null:
        case Origin::Kind::immortal: break;
        case Origin::Kind::fresh: {
          // What is done to it before it is kept is nobody else's business.
          Kept later;
          follow_kept(f, from.source, later, 3);
          if (!paths) paths.emplace(*program_, f);
          std::erase_if(later.changed, [&](const Where& where) {
            return where.function == f && !paths->can_follow(id, where.instr);
          });
          kept.changed.insert(kept.changed.end(), later.changed.begin(), later.changed.end());
          if (later.leaks && !kept.leaks) kept.leaks = later.leaks;
          kept.owns = kept.owns || later.owns;
          break;
        }
        default: kept.from_outside = kept.from_outside || !made_for_call(f, instr.b); break;
      }
      if (from.kind == Origin::Kind::fresh || from.kind == Origin::Kind::owned) kept.owns = true;
      for (const ReferenceUse& use :
           reference_uses(*program_, *effects_, uses_[f], f, instr.b, true)) {
        if (use.kind == ReferenceUse::Kind::incref) kept.owns = true;
      }
      if ((node.reach & kReachShared) != 0 && !base_exclusive(id)) {
        kept.replaced.push_back({f, id});
      }
    });
  }
}

bool Sharing::made_for_call(FunctionIndex f, ValueId value) const {
  const Unit& unit = program_->unit_of(f);
  for (int step = 0; step < 4; ++step) {
    const Instr& instr = unit.instrs[value];
    if (instr.op == Op::parameter) {
      return is_call_packing(*program_, f, instr.b) || references_->private_parameter(f, instr.b);
    }
    const rules::CFunction* row = instr.op == Op::call ? effects_->row(unit, instr) : nullptr;
    if (row == nullptr || row->result != CResult::Alias || row->result_argument < 0 ||
        static_cast<std::uint32_t>(row->result_argument) >= instr.list.count) {
      return false;
    }
    value = unit.value_lists[instr.list.first + static_cast<std::uint32_t>(row->result_argument)];
  }
  return false;
}

Sharing Sharing::build(const Program& program, const Effects& effects,
                       const References& references) {
  Sharing out;
  out.program_ = &program;
  out.effects_ = &effects;
  out.references_ = &references;
  out.uses_.reserve(program.functions().size());
  for (FunctionIndex f = 0; f < program.functions().size(); ++f) out.uses_.emplace_back(program, f);
  out.read_parameters();
  out.read_memory();
  return out;
}

const Kept* Sharing::kept(const MemoryKey& key) const {
  const auto found = kept_.find(key);
  return found == kept_.end() ? nullptr : &found->second;
}

// ---------------------------------------------------------------- answering

SharedObject Sharing::container(FunctionIndex f, ValueId object, ValueId at,
                                const Paths& paths) const {
  return trace(f, object, at, &paths, 0);
}

SharedObject Sharing::trace_parameter(FunctionIndex f, std::uint32_t index, int depth) const {
  const FunctionNode& node = program_->functions()[f];
  SharedObject best;
  if (is_call_packing(*program_, f, index)) return best;
  if (references_->private_parameter(f, index)) return best;
  const bool self = node.self == index;
  constexpr std::uint8_t kAlone = kReachConstruct | kReachDestroy | kReachCollect | kReachInit;
  if (self && only(node.reach, kAlone)) return best;
  for (const Entry& entry : node.entries) {
    if (entry.kind == EntryKind::exported || entry.kind == EntryKind::module_init ||
        entry.kind == EntryKind::destroy || entry.kind == EntryKind::collect) {
      continue;
    }
    SharedObject one;
    const bool called = entry.kind != EntryKind::callback && entry.kind != EntryKind::thread;
    one.level = called ? Level::high : Level::medium;
    one.outside = true;
    one.at = entry.at;
    one.why =
        fmt::format("`{}` is {} of {}", parameter_name(*program_, f, index),
                    self ? "the object itself, the receiver" : "an argument",
                    entry.python.empty() ? std::string(program_->name(f)) + "()" : entry.python);
    if (one.level > best.level) best = one;
  }
  if (best.level != Level::none || depth >= kDeepest) return best;
  for (const std::uint32_t i : node.callers) {
    const CallSite& site = program_->call_sites()[i];
    const Unit& unit = program_->unit_of(site.caller);
    const Instr& call = unit.instrs[site.call];
    if (call.op != Op::call) continue;
    if (site.as_callback) {
      if (best.level < Level::low) {
        best.level = Level::low;
        best.outside = true;
        best.why = fmt::format("{}() is called back with it", program_->name(f));
      }
      continue;
    }
    if (index >= call.list.count) continue;
    if (only(program_->functions()[site.caller].reach, kReachInit)) continue;
    if (site.caller == f) continue;
    const SharedObject one = trace(site.caller, unit.value_lists[call.list.first + index],
                                   site.call, nullptr, depth + 2);
    if (one.level > best.level) {
      best = one;
      best.why = fmt::format("{}() passes it: {}", program_->name(site.caller), one.why);
    }
  }
  return best;
}

bool Sharing::of_object(const MemoryKey& key) const {
  if (key.global != kNone) return true;
  // Structures that are no objects are mostly one call's own.
  for (const Unit* unit : program_->units()) {
    for (const Record& record : unit->records) {
      if (unit->text(record.name) == key.record) return record.object;
    }
  }
  return false;
}

bool Sharing::fills_when_absent(const Where& change, const MemoryKey& key) const {
  const Unit& unit = program_->unit_of(change.function);
  const rules::CFunction* row = effects_->row(unit, unit.instrs[change.instr]);
  if (row == nullptr || row->effect != CEffect::Structural ||
      !row->name.starts_with("PyDict_Set")) {
    return false;
  }
  const auto looks = [&](FunctionIndex f) {
    const Unit& there = program_->unit_of(f);
    bool found = false;
    for_each_instr(there, program_->function(f), [&](ValueId id) {
      const Instr& call = there.instrs[id];
      const rules::CFunction* of = call.op == Op::call ? effects_->row(there, call) : nullptr;
      if (of == nullptr || of->effect != CEffect::Read || of->object < 0 ||
          static_cast<std::uint32_t>(of->object) >= call.list.count) {
        return;
      }
      const Instr& object =
          there.instrs[there.value_lists[call.list.first + static_cast<std::uint32_t>(of->object)]];
      found = found || (object.op == Op::load && memory_key(*program_, f, object.a) == key);
    });
    return found;
  };
  if (looks(change.function)) return true;
  const auto& callers = program_->functions()[change.function].callers;
  return std::any_of(callers.begin(), callers.end(), [&](std::uint32_t index) {
    return looks(program_->call_sites()[index].caller);
  });
}

SharedObject Sharing::trace_load(FunctionIndex f, ValueId id, ValueId at, const Paths* paths,
                                 int depth) const {
  const Unit& unit = program_->unit_of(f);
  const Instr& load = unit.instrs[id];
  SharedObject out;
  const Place& place = unit.places[load.a];
  const ValueId base = root_pointer(unit, load.a);
  if (base != kNone) {
    const Instr& pointer = unit.instrs[base];
    // The array of a fast call: `args[0]`.
    if (pointer.op == Op::parameter && !is_object_pointer(unit, pointer.type) &&
        place.kind != PlaceKind::field && is_object_pointer(unit, load.type)) {
      const auto& entries = program_->functions()[f].entries;
      const bool entry = std::any_of(entries.begin(), entries.end(), [](const Entry& e) {
        return e.kind == EntryKind::method || e.kind == EntryKind::slot;
      });
      out.level = entry ? Level::high : Level::medium;
      out.outside = true;
      out.why =
          entry ? fmt::format("an argument of {}", program_->functions()[f].entries.front().python)
                : "an element of an array of arguments";
      if (entry) out.at = entries.front().at;
      return out;
    }
    if (paths != nullptr && references_->exclusive(f, base, at, *paths)) return out;
    // `*result = PyList_New(n)`: what the caller is about to get.
    if (paths != nullptr && pointer.op == Op::parameter && place.kind == PlaceKind::deref) {
      bool made = false;
      for_each_instr(unit, program_->function(f), [&](ValueId store) {
        const Instr& instr = unit.instrs[store];
        made = made || (instr.op == Op::store && instr.a == load.a &&
                        references_->origin(f, instr.b).kind == Origin::Kind::fresh &&
                        paths->dominates(store, id));
      });
      if (made) return out;
    }
  }
  const MemoryKey key = memory_key(*program_, f, load.a);
  if (key.record == "PyTupleObject" || key.record == "PyListObject") {
    // An item: as reachable as what holds it.
    if (base != kNone) {
      const ValueId holder = key.record == "PyListObject" && unit.instrs[base].op == Op::load
                                 ? root_pointer(unit, unit.instrs[base].a)
                                 : base;
      if (holder == kNone) return out;
      const Instr& held = unit.instrs[holder];
      if (held.op == Op::parameter && is_call_packing(*program_, f, held.b)) {
        out = {Level::high, "an argument of Python's call", std::nullopt, true, std::nullopt};
        return out;
      }
      out = trace(f, holder, at, paths, depth + 1);
      out.outside = true;
      if (out.level == Level::none) {
        out.level = Level::low;
        out.why = "an item of a tuple or list, which others may have as well";
      } else {
        out.level = std::min(out.level, Level::medium);
        out.why = "an item of what is shared: " + out.why;
      }
    }
    return out;
  }
  if (!key.known()) {
    out.level = Level::low;
    out.outside = true;
    out.why = "where it comes from is not seen";
    return out;
  }
  const Kept* what = kept(key);
  if (what != nullptr && what->annotated) return out;
  // The state of a module is all threads', though it is no object.
  bool object = of_object(key);
  if (base != kNone && unit.instrs[base].op == Op::call) {
    const rules::CFunction* row = effects_->row(unit, unit.instrs[base]);
    object = object || row == nullptr || row->act == CAct::ModuleState;
  }
  if (what == nullptr || what->from_outside || what->leaks) {
    out.outside = true;
    // What the program itself never changes is mostly complete when it is handed over.
    out.level = Level::low;
    out.why = fmt::format("it is kept in {}, and Python code has it as well", key.text(*program_));
    if (what != nullptr && !what->changed.empty()) {
      out.level = object ? Level::high : Level::low;
      out.change = what->changed.front();
    }
    return out;
  }
  const std::vector<Where>& change = !what->changed.empty() ? what->changed : what->replaced;
  if (change.empty()) return out;  // filled before anybody else sees it, and only read since
  out.level = !object ? Level::low : !what->changed.empty() ? Level::high : Level::medium;
  if (std::all_of(change.begin(), change.end(),
                  [&](const Where& where) { return fills_when_absent(where, key); })) {
    out.level = Level::low;  // a cache that only gains entries keeps what is borrowed from it
  }
  out.change = change.front();
  out.why = fmt::format("it is kept in {}, which {}() {}", key.text(*program_),
                        program_->name(change.front().function),
                        what->changed.empty() ? "replaces" : "changes");
  return out;
}

SharedObject Sharing::trace(FunctionIndex f, ValueId object, ValueId at, const Paths* paths,
                            int depth) const {
  const Unit& unit = program_->unit_of(f);
  const Instr& instr = unit.instrs[object];
  SharedObject out;
  if (depth > kDeepest) {
    out.level = Level::low;
    out.outside = true;
    out.why = "where it comes from is not seen";
    return out;
  }
  std::optional<Paths> own;
  if (paths == nullptr) {
    own.emplace(*program_, f);
    paths = &*own;
  }
  if (references_->exclusive(f, object, at, *paths)) return out;
  switch (instr.op) {
    case Op::parameter: return trace_parameter(f, instr.b, depth);
    case Op::load: return trace_load(f, object, at, paths, depth);
    case Op::phi: {
      for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
        const ValueId one = unit.value_lists[i];
        if (one == object || unit.instrs[one].op == Op::null ||
            unit.instrs[one].op == Op::integer) {
          continue;
        }
        SharedObject got = trace(f, one, at, paths, depth + 2);
        if (got.level > out.level) out = std::move(got);
      }
      return out;
    }
    case Op::out: {
      const Instr& call = unit.instrs[instr.a];
      const rules::CFunction* row = call.op == Op::call ? effects_->row(unit, call) : nullptr;
      out.outside = true;
      const rules::CArgument* use =
          row != nullptr ? row->use_of(static_cast<std::int8_t>(instr.b)) : nullptr;
      if (use == nullptr) {
        out.level = Level::low;
        out.why = "where it comes from is not seen";
      } else if (use->use == rules::CUse::OutBorrowed && use->owner == rules::COwner::Immutable) {
        out.level = Level::high;
        out.why = "an argument of Python's call";
        out.at = At{program_->functions()[f].unit, call.pos};
      } else if (use->use == rules::CUse::OutBorrowed) {
        const ValueId holder =
            use->owner_argument >= 0 &&
                    static_cast<std::uint32_t>(use->owner_argument) < call.list.count
                ? unit.value_lists[call.list.first +
                                   static_cast<std::uint32_t>(use->owner_argument)]
                : 0;
        out = holder != 0 ? trace(f, holder, at, paths, depth + 1) : out;
        out.outside = true;
        out.level = out.level == Level::none ? Level::low : std::min(out.level, Level::medium);
        out.why = "an item of a container that others may have";
      } else {
        out.level = Level::medium;
        out.why = "an item of a container: whoever has that has it as well";
      }
      return out;
    }
    case Op::call: break;
    default:
      out.level = Level::low;
      out.outside = true;
      out.why = "where it comes from is not seen";
      return out;
  }
  out.outside = true;
  if (instr.a != kNone) {
    const FunctionIndex callee = program_->resolve(program_->functions()[f].unit, instr.a);
    if (callee != kNone) {
      // What it returns, seen from inside.
      const Unit& there = program_->unit_of(callee);
      const Function& function = program_->function(callee);
      for (BlockId b = function.blocks.first; b < function.blocks.end(); ++b) {
        const Block& block = there.blocks[b];
        if (block.exit != Exit::return_ || block.value == kNone) continue;
        if (there.instrs[block.value].op == Op::null ||
            there.instrs[block.value].op == Op::integer || block.instrs.count == 0) {
          continue;
        }
        SharedObject got = trace(callee, block.value, there.instr_order[block.instrs.end() - 1],
                                 nullptr, depth + 3);
        if (got.level > out.level) out = std::move(got);
      }
      return out;
    }
  }
  const rules::CFunction* row = effects_->row(unit, instr);
  if (row == nullptr) {
    out.level = Level::low;
    out.why = "where it comes from is not seen";
    return out;
  }
  const auto argument = [&](int index) -> ValueId {
    return index >= 0 && static_cast<std::uint32_t>(index) < instr.list.count
               ? unit.value_lists[instr.list.first + static_cast<std::uint32_t>(index)]
               : 0;
  };
  switch (row->result) {
    case CResult::Alias: {
      const ValueId of = argument(row->result_argument);
      if (of != 0) return trace(f, of, at, paths, depth + 1);
      break;
    }
    case CResult::Borrowed: {
      const ValueId of = argument(row->result_argument);
      if (row->owner == rules::COwner::Container && of != 0) {
        out = trace(f, of, at, paths, depth + 1);
        out.outside = true;
        out.level = out.level == Level::none ? Level::low : std::min(out.level, Level::medium);
        out.why = "an item of a container that others may have";
        return out;
      }
      if (row->owner == rules::COwner::Thread) return SharedObject{};  // this thread's own
      if (row->owner == rules::COwner::Immutable && row->object >= 0) {
        // PyTuple_GetItem: an argument if the tuple is that of the call.
        const Instr& held = unit.instrs[of];
        const bool argument_tuple =
            held.op == Op::parameter &&
            (is_call_packing(*program_, f, held.b) || !program_->functions()[f].entries.empty());
        out.level = argument_tuple ? Level::high : Level::medium;
        out.why = argument_tuple ? "an argument of Python's call"
                                 : "an item of a tuple that others may have";
        return out;
      }
      out.level = Level::medium;
      out.why = fmt::format("{} gives what all threads have", program_->callee_name(unit, instr));
      return out;
    }
    case CResult::New:
      if (row->object >= 0 && row->effect == CEffect::Read) {
        out.level = Level::medium;
        out.why = fmt::format("{} gives an object that others have as well",
                              program_->callee_name(unit, instr));
        return out;
      }
      break;
    default: break;
  }
  out.level = Level::low;
  out.why =
      fmt::format("{} may give an object that others have", program_->callee_name(unit, instr));
  return out;
}

}  // namespace gilcheck::clang_plugin
