// GIL510, GIL511: what is done, and what is believed, while the thread state is detached.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "clang_plugin/detect/rules.h"

namespace gilcheck::clang_plugin {

void api_call_while_detached(const Context& context, FunctionIndex f,
                             std::vector<Candidate>& out) {
  const Unit& unit = context.unit(f);
  std::set<std::string_view> said;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op != Op::call || instr.a == kNone) return;
    if (context.program.resolve(context.unit_index(f), instr.a) != kNone) return;
    const rules::CFunction* row = context.effects.row(unit, instr);
    if (row == nullptr || !row->needs_attached) return;
    const LockState& state = context.locks.before(f, id);
    if (state.attached != Attached::no) return;
    const std::string_view name = context.callee_name(f, id);
    if (!said.insert(name).second) return;
    Candidate found;
    found.rule = "GIL511";
    found.confidence = Confidence::high;
    found.window = WindowClass::already_racy;
    found.location_kind = "c-thread-state";
    found.location_name = fmt::format("{}", name);
    found.message = fmt::format("{} is called without an attached thread state", name);
    found.region.push_back({f, id, AccessKind::call, "the thread is detached here"});
    found.error = true;
    // Where it was given up, if that is in this function.
    for_each_instr(unit, context.program.function(f), [&](ValueId other) {
      if (found.conflicts.size() != 0 || unit.instrs[other].op != Op::call) return;
      if (context.effects.detaches(context.unit_index(f), unit.instrs[other]) &&
          context.paths(f).can_follow(other, id)) {
        say(found, EvidenceKind::note, "the thread state is given up here",
            At{context.unit_index(f), unit.instrs[other].pos});
      }
    });
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

}  // namespace

void state_assumed_across_detach(const Context& context, FunctionIndex f,
                                 std::vector<Candidate>& out) {
  if (!context.runs_shared(f)) return;
  const Unit& unit = context.unit(f);
  std::set<const FieldFacts*> said;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& load = unit.instrs[id];
    if (load.op != Op::load) return;
    const FieldFacts* field = context.fields().of(f, load.a);
    if (field == nullptr || said.contains(field)) return;
    const Type& type = unit.types[load.type];
    if (type.kind != TypeKind::pointer) return;
    const ValueId base = root_pointer(unit, load.a);
    if (base == kNone || context.references.exclusive(f, base, id, context.paths(f))) return;
    if (holds_lock(context, f, id)) return;
    // Another method replaces or frees what the field points to.
    const FieldTouch* writer = nullptr;
    for (const FieldTouch& touch : field->touches) {
      if (!touch.write || touch.exclusive || touch.init || touch.atomic || touch.nested) continue;
      if (touch.function == f || !context.runs_shared(touch.function)) continue;
      writer = &touch;
      break;
    }
    if (writer == nullptr) return;
    for (const ValueId use : uses_of(unit, context.program.function(f), id)) {
      if (context.locks.before(f, use).attached != Attached::no) continue;
      if (holds_lock(context, f, use)) continue;
      if (!context.paths(f).can_follow(id, use) && use != id) continue;
      said.insert(field);
      Candidate found;
      found.rule = "GIL510";
      found.confidence = Confidence::high;
      found.window = WindowClass::already_racy;
      found.location_kind = "c-field";
      found.location_name = fmt::format("{}.{}", field->record, field->field);
      found.message = fmt::format(
          "what {}.{} points to is used while the thread is detached; {}() can replace it meanwhile",
          field->record, field->field, context.program.name(writer->function));
      found.region = {{f, id, AccessKind::read, "loaded here"},
                      {f, use, AccessKind::read, "used while detached"}};
      found.conflicts = {{writer->function, writer->instr, AccessKind::write, ""}};
      say_shared(context, found, f);
      say_shared(context, found, writer->function);
      say(found, EvidenceKind::guard, "no lock is held from the load to the use");
      say(found, EvidenceKind::gil,
          "not one GIL window: the thread is detached, so another thread runs Python code, with the "
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
