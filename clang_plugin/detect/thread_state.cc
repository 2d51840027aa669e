// GIL510, GIL511: what is done, and what is believed, while the thread state is detached.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "clang_plugin/detect/holders.h"
#include "clang_plugin/detect/ordering.h"
#include "clang_plugin/detect/rules.h"
#include "clang_plugin/link/bindings.h"

namespace gilcheck::clang_plugin {

namespace {

/// A member of a wrapper of Python objects: pybind11::list::append.
bool works_on_object(const Unit& unit, const Function& function) {
  if (function.method_of == kNone || (function.flags & kFunctionConstructor) != 0) return false;
  const std::string_view record = unit.text(unit.records[function.method_of].name);
  if (!of_binding_library(record)) return false;
  return record.find("gil_scoped") == record.npos && record.find("ft_") == record.npos;
}

/// A branch on what a caller passed, or on PyGILState_Check, stands before: where callers differ,
/// they are told apart.
bool as_told(const Context& context, FunctionIndex f, ValueId id) {
  const Unit& unit = context.unit(f);
  for (const BlockId b : context.paths(f).controlling(unit.instrs[id].block)) {
    const ValueId condition = unit.blocks[b].value;
    if (condition == kNone) continue;
    bool told = false;
    for_each_instr(unit, context.program.function(f), [&](ValueId other) {
      const Instr& instr = unit.instrs[other];
      const bool flag = instr.op == Op::parameter && !is_object_pointer(unit, instr.type);
      const bool asks = instr.op == Op::call && context.callee_name(f, other) == "PyGILState_Check";
      if (!told && (flag || asks)) told = depends_on(unit, condition, other);
    });
    if (told) return true;
  }
  return false;
}

/// Which caller of a helper has given the thread state up, where others have not.
void say_detached_caller(const Context& context, Candidate& found, FunctionIndex f) {
  std::vector<FunctionIndex> work{f};
  for (std::size_t i = 0; i < work.size(); ++i) {
    for (const std::uint32_t index : context.program.functions()[work[i]].callers) {
      const CallSite& site = context.program.call_sites()[index];
      const Attached there = context.locks.before(site.caller, site.call).attached();
      if (there == Attached::no) {
        say(found, EvidenceKind::note,
            fmt::format("{}() calls {}() here while it is detached; other callers are attached",
                        context.program.name(site.caller), context.program.name(work[i])),
            At{context.unit_index(site.caller), context.instr(site.caller, site.call).pos});
        return;
      }
      if (there == Attached::some &&
          std::find(work.begin(), work.end(), site.caller) == work.end()) {
        work.push_back(site.caller);
      }
    }
  }
}

}  // namespace

void api_call_while_detached(const Context& context, FunctionIndex f, std::vector<Candidate>& out) {
  const Unit& unit = context.unit(f);
  std::set<std::string_view> said;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op != Op::call || instr.a == kNone) return;
    if (context.program.resolve(context.unit_index(f), instr.a) != kNone) return;
    const rules::CFunction* row = context.effects.row(unit, instr);
    const std::string_view name = context.callee_name(f, id);
    const bool wrapper = row == nullptr && works_on_object(unit, unit.functions[instr.a]);
    if (!wrapper && (row == nullptr || !row->needs_attached)) return;
    const LockState& state = context.locks.before(f, id);
    if (state.attached() != Attached::no &&
        (state.attached() != Attached::some || as_told(context, f, id))) {
      return;
    }
    if (!said.insert(name).second) return;
    // One mistake, however many calls follow: the first stands for them.
    if (said.size() > 1) {
      if (said.size() <= 6) {
        say(out.back(), EvidenceKind::note, fmt::format("so is {}", name),
            At{context.unit_index(f), instr.pos});
      }
      return;
    }
    Candidate found;
    found.rule = "GIL511";
    found.confidence = wrapper ? Confidence::medium : Confidence::high;
    found.window = WindowClass::already_racy;
    found.location_kind = "c-thread-state";
    found.location_name = fmt::format("{}", name);
    found.message = fmt::format("{} is called without an attached thread state", name);
    found.region.push_back({f, id, AccessKind::call, "the thread is detached here"});
    found.error = true;
    // Where it was given up, if that is in this function.
    for_each_instr(unit, context.program.function(f), [&](ValueId other) {
      if (!found.conflicts.empty() || unit.instrs[other].op != Op::call) return;
      if (context.effects.detaches(context.unit_index(f), unit.instrs[other]) &&
          context.paths(f).can_follow(other, id)) {
        say(found, EvidenceKind::note, "the thread state is given up here",
            At{context.unit_index(f), unit.instrs[other].pos});
      }
    });
    if (state.attached() == Attached::some) say_detached_caller(context, found, f);
    say(found, EvidenceKind::gil,
        "broken with the GIL, too: another thread runs Python code at the same time");
    say(found, EvidenceKind::harm, "reference counts and the heap are corrupted, or a crash");
    say(found, EvidenceKind::fix,
        "move the call out of the Py_BEGIN_ALLOW_THREADS block, or attach with PyGILState_Ensure");
    out.push_back(std::move(found));
  });
}

namespace {

/// Where the value of a load is used: as an argument, a pointer that is followed.
std::vector<ValueId> uses_of(const Unit& unit, const Function& function, ValueId value) {
  std::vector<ValueId> out;
  for_each_instr(unit, function, [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op == Op::call || instr.op == Op::construct) {
      for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
        if (unit.value_lists[i] == value) out.push_back(id);
      }
    } else if (instr.op == Op::load || instr.op == Op::store) {
      if (root_pointer(unit, instr.a) == value) out.push_back(id);
    }
  });
  return out;
}

bool holds_lock(const Context& context, FunctionIndex f, ValueId at) {
  for (const Held& held : context.protecting(f, at)) {
    if (held.kind == Held::Kind::mutex || held.kind == Held::Kind::shared) return true;
  }
  return false;
}

/// Another function that replaces or frees what a field points to, in another thread.
const FieldTouch* other_writer(const Context& context, FunctionIndex f, const FieldFacts& field) {
  if (field.annotated) return nullptr;
  for (const FieldTouch& touch : field.touches) {
    if (!touch.write || touch.exclusive || touch.init || touch.atomic || touch.nested) continue;
    if (touch.function == f || !context.runs_shared(touch.function)) continue;
    return &touch;
  }
  return nullptr;
}

/// `p = self->data; self->data = NULL; ... munmap(p)`: the object no longer has it.
bool taken_over(const Context& context, FunctionIndex f, ValueId load, ValueId use) {
  const Unit& unit = context.unit(f);
  bool found = false;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& store = unit.instrs[id];
    if (found || store.op != Op::store || store.a != unit.instrs[load].a) return;
    found = context.paths(f).dominates(load, id) && context.paths(f).dominates(id, use);
  });
  return found;
}

/// `if (self->buffer != NULL) { ALLOW_THREADS ...; use(self->buffer); }`: what was tested before
/// the thread gave up its state is believed after it.
void tests_before_detach(const Context& context, FunctionIndex f, std::vector<Candidate>& out) {
  const Unit& unit = context.unit(f);
  const Function& function = context.program.function(f);
  const Paths& paths = context.paths(f);
  std::vector<ValueId> detaches;
  for_each_instr(unit, function, [&](ValueId id) {
    if (context.effects.detaches(context.unit_index(f), unit.instrs[id])) detaches.push_back(id);
  });
  if (detaches.empty()) return;
  std::set<const FieldFacts*> said;
  for_each_instr(unit, function, [&](ValueId id) {
    const Instr& later = unit.instrs[id];
    if (later.op != Op::load || unit.types[later.type].kind != TypeKind::pointer) return;
    const FieldFacts* field = context.fields().of(f, later.a);
    if (field == nullptr || said.contains(field) || holds_lock(context, f, id)) return;
    const ValueId base = root_pointer(unit, later.a);
    if (base == kNone || context.references.exclusive(f, base, id, paths)) return;
    // Used for what it points to: tested again it is fine.
    bool followed = false;
    for_each_instr(unit, function, [&](ValueId use) {
      const Instr& instr = unit.instrs[use];
      followed = followed || ((instr.op == Op::load || instr.op == Op::store) &&
                              root_pointer(unit, instr.a) == id);
    });
    if (!followed) return;
    ValueId test = kNone;
    for (const BlockId b : paths.controlling(later.block)) {
      const ValueId condition = unit.blocks[b].value;
      if (condition == kNone) continue;
      ValueId tested = kNone;
      for_each_instr(unit, function, [&](ValueId load) {
        const Instr& instr = unit.instrs[load];
        if (tested == kNone && instr.op == Op::load && instr.a == later.a &&
            depends_on(unit, condition, load)) {
          tested = load;
        }
      });
      if (tested != kNone) {
        test = tested;  // the innermost
        break;
      }
    }
    if (test == kNone || test == id) return;
    const auto between = std::find_if(detaches.begin(), detaches.end(), [&](ValueId detach) {
      return paths.dominates(test, detach) && paths.can_follow(detach, id) &&
             !paths.can_follow(detach, test);
    });
    if (between == detaches.end()) return;
    const FieldTouch* writer = other_writer(context, f, *field);
    if (writer == nullptr) return;
    const FieldFacts* flag = in_use_flag(context, f, base, test);
    if (flag != nullptr && respects_flag(context, writer->function, *flag)) return;
    said.insert(field);
    Candidate found;
    found.rule = "GIL510";
    found.confidence = thread_was_checked(context, f, test) ? Confidence::low : Confidence::medium;
    found.window = WindowClass::already_racy;
    found.location_kind = "c-field";
    found.location_name = fmt::format("{}.{}", field->record, field->field);
    found.message = fmt::format(
        "{}.{} is tested before the thread is detached and followed after it; {}() can replace it "
        "meanwhile",
        field->record, field->field, context.program.name(writer->function));
    found.region = {{f, test, AccessKind::test, "tested here"},
                    {f, id, AccessKind::read, "followed after the detached block"}};
    found.conflicts = {{writer->function, writer->instr, AccessKind::write, ""}};
    say_shared(context, found, f);
    say_shared(context, found, writer->function);
    say(found, EvidenceKind::guard,
        "a critical section is suspended while the thread is detached; no other lock is held");
    say(found, EvidenceKind::gil,
        "not one GIL window: the thread is detached in between, so another thread runs Python "
        "code, "
        "with the GIL as well");
    say(found, EvidenceKind::harm, "a null pointer or freed memory is followed");
    say(found, EvidenceKind::fix,
        "test again after the detached block, or hold a lock of the object over all of it");
    out.push_back(std::move(found));
  });
}

/// A pointer into the storage of an object that can be resized, used while detached.
void interior_while_detached(const Context& context, FunctionIndex f, std::vector<Candidate>& out) {
  const Unit& unit = context.unit(f);
  const Function& function = context.program.function(f);
  for_each_instr(unit, function, [&](ValueId id) {
    const Instr& call = unit.instrs[id];
    if (call.op != Op::call) return;
    const rules::CFunction* row = context.effects.row(unit, call);
    if (row == nullptr || row->result != rules::CResult::Interior) return;
    if (row->owner != rules::COwner::Container && row->owner != rules::COwner::Attribute) return;
    if (row->result_argument < 0 ||
        static_cast<std::uint32_t>(row->result_argument) >= call.list.count) {
      return;
    }
    const ValueId object =
        unit.value_lists[call.list.first + static_cast<std::uint32_t>(row->result_argument)];
    if (context.references.exclusive(f, object, id, context.paths(f))) return;
    bool exported = false;  // an exported buffer pins the storage
    for_each_instr(unit, function, [&](ValueId other) {
      const Instr& instr = unit.instrs[other];
      exported = exported || (instr.op == Op::call && instr.list.count > 0 &&
                              context.callee_name(f, other) == "PyObject_GetBuffer" &&
                              unit.value_lists[instr.list.first] == object);
    });
    if (exported) return;
    for (const ValueId use : uses_of(unit, function, id)) {
      if (context.locks.before(f, use).attached() != Attached::no) continue;
      Candidate found;
      found.rule = "GIL510";
      found.confidence = Confidence::high;
      found.window = WindowClass::already_racy;
      found.location_kind = "c-reference";
      found.location_name = fmt::format("{}", context.callee_name(f, id));
      found.message = fmt::format("what {} points to is used while the thread is detached",
                                  context.callee_name(f, id));
      found.region = {{f, id, AccessKind::read, "a pointer into the object's storage"},
                      {f, use, AccessKind::read, "used while detached"}};
      say_shared(context, found, f);
      say(found, EvidenceKind::guard, "nothing keeps the object from being resized");
      say(found, EvidenceKind::gil,
          "not one GIL window: the thread is detached, so another thread runs Python code, with "
          "the "
          "GIL as well");
      say(found, EvidenceKind::harm, "the storage can be moved or freed while it is in use");
      say(found, EvidenceKind::fix,
          "PyObject_GetBuffer() over the detached block: an exported buffer cannot be resized");
      out.push_back(std::move(found));
      return;
    }
  });
}

}  // namespace

void state_assumed_across_detach(const Context& context, FunctionIndex f,
                                 std::vector<Candidate>& out) {
  if (!context.runs_shared(f)) return;
  const std::size_t before = out.size();
  interior_while_detached(context, f, out);
  tests_before_detach(context, f, out);
  std::set<std::string> tested;
  for (std::size_t i = before; i < out.size(); ++i) tested.insert(out[i].location_name);
  const Unit& unit = context.unit(f);
  std::set<const FieldFacts*> said;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& load = unit.instrs[id];
    if (load.op != Op::load) return;
    const FieldFacts* field = context.fields().of(f, load.a);
    if (field == nullptr || said.contains(field)) return;
    if (lives_on_stack(context.program.unit(field->unit), *field)) return;
    const Type& type = unit.types[load.type];
    if (type.kind != TypeKind::pointer) return;
    const ValueId base = root_pointer(unit, load.a);
    if (base == kNone || context.references.exclusive(f, base, id, context.paths(f))) return;
    if (holds_lock(context, f, id)) return;
    if (tested.contains(fmt::format("{}.{}", field->record, field->field))) return;
    const FieldTouch* writer = other_writer(context, f, *field);
    if (writer == nullptr) return;
    for (const ValueId use : uses_of(unit, context.program.function(f), id)) {
      if (context.locks.before(f, use).attached() != Attached::no) continue;
      if (holds_lock(context, f, use)) continue;
      if (!context.paths(f).can_follow(id, use) && use != id) continue;
      if (taken_over(context, f, id, use)) continue;
      // Marked as in use, and the other looks at the mark.
      const FieldFacts* flag = in_use_flag(context, f, base, id);
      if (flag != nullptr && respects_flag(context, writer->function, *flag)) continue;
      said.insert(field);
      Candidate found;
      found.rule = "GIL510";
      // Structures that are no objects are mostly one call's own.
      found.confidence =
          !field->object || thread_was_checked(context, f, id) || counted_in_flight(context, f, use)
              ? Confidence::low
              : Confidence::high;
      found.window = WindowClass::already_racy;
      found.location_kind = "c-field";
      found.location_name = fmt::format("{}.{}", field->record, field->field);
      found.message = fmt::format(
          "what {}.{} points to is used while the thread is detached; {}() can replace it "
          "meanwhile",
          field->record, field->field, context.program.name(writer->function));
      found.region = {{f, id, AccessKind::read, "loaded here"},
                      {f, use, AccessKind::read, "used while detached"}};
      found.conflicts = {{writer->function, writer->instr, AccessKind::write, ""}};
      say_shared(context, found, f);
      say_shared(context, found, writer->function);
      say(found, EvidenceKind::guard, "no lock is held from the load to the use");
      say(found, EvidenceKind::gil,
          "not one GIL window: the thread is detached, so another thread runs Python code, with "
          "the "
          "GIL as well");
      say(found, EvidenceKind::harm, "the memory can be freed or replaced while it is in use");
      say(found, EvidenceKind::fix,
          "hold a lock of the object over the detached block, or take a reference or copy first");
      out.push_back(std::move(found));
      return;
    }
  });
}

}  // namespace gilcheck::clang_plugin
