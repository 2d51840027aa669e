// GIL512, GIL517: critical sections and mutexes used in ways that do not protect, or that deadlock.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "clang_plugin/detect/rules.h"

namespace gilcheck::clang_plugin {

namespace {

Candidate misuse(std::string_view rule, std::string message, FunctionIndex f, ValueId at) {
  Candidate out;
  out.rule = rule;
  out.location_kind = "c-lock";
  out.message = std::move(message);
  out.region.push_back({f, at, AccessKind::call, ""});
  return out;
}

bool is_object_mutex(const Unit& unit, ValueId value) {
  const Instr& instr = unit.instrs[value];
  if (instr.op != Op::address || unit.places[instr.a].kind != PlaceKind::field) return false;
  const Field& field = unit.fields[unit.places[instr.a].id];
  return unit.text(field.name) == "ob_mutex" && unit.records[field.record].object;
}

}  // namespace

void critical_section_misuse(const Context& context, FunctionIndex f,
                             std::vector<Candidate>& out) {
  const Unit& unit = context.unit(f);
  const Function& function = context.program.function(f);

  // Left without being ended: the section stays on the thread's list.
  std::set<ValueId> escaped;
  for (BlockId b = function.blocks.first; b < function.blocks.end(); ++b) {
    const Block& block = unit.blocks[b];
    if (block.exit != Exit::return_) continue;
    for (const Held& held : context.locks.at_exit(f, b).held) {
      if (held.kind != Held::Kind::section || held.since == 0 || held.section == Name{}) continue;
      if (unit.instrs[held.since].op != Op::call) continue;
      // A helper of the program may begin a section that its caller ends.
      if (context.program.resolve(context.unit_index(f), unit.instrs[held.since].a) != kNone) {
        continue;
      }
      if (!escaped.insert(held.since).second) continue;
      Candidate found = misuse(
          "GIL512",
          fmt::format("{}() returns inside a critical section on {}", context.program.name(f),
                      held.name.text(context.program, f)),
          f, held.since);
      found.confidence = Confidence::high;
      found.error = true;
      found.location_name = held.name.text(context.program, f);
      say(found, EvidenceKind::note, "returns here without ending it",
          At{context.unit_index(f), block.exit_pos});
      say(found, EvidenceKind::gil,
          "with the GIL a critical section is nothing at all, so nobody notices");
      say(found, EvidenceKind::harm,
          "the section's record on the C stack is gone while the thread still has it on its list: the "
          "object stays locked, later sections corrupt memory");
      say(found, EvidenceKind::fix,
          "leave the block by its end: set a result variable and return after "
          "Py_END_CRITICAL_SECTION()");
      out.push_back(std::move(found));
    }
  }

  for_each_instr(unit, function, [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op != Op::call) return;
    const rules::CFunction* row = context.effects.row(unit, instr);
    if (row == nullptr) return;
    if (row->act == rules::CAct::SectionBegin && row->kind == rules::CKind::Object) {
      for (const Held& held : context.locks.before(f, id).held) {
        if (held.kind != Held::Kind::section || held.since == 0) continue;
        if (context.program.resolve(context.unit_index(f), unit.instrs[held.since].a) != kNone) {
          continue;
        }
        Candidate found = misuse(
            "GIL512",
            fmt::format("a critical section is begun inside the one on {}: it may suspend that one",
                        held.name.text(context.program, f)),
            f, id);
        found.confidence = Confidence::medium;
        found.location_name = held.name.text(context.program, f);
        found.region.insert(found.region.begin(), {f, held.since, AccessKind::call, "the outer one"});
        std::swap(found.region[0], found.region[1]);
        say(found, EvidenceKind::gil,
            "with the GIL a critical section is nothing at all, so nobody notices");
        say(found, EvidenceKind::harm,
            "when the inner lock is contended the outer one is released: what it protected can "
            "change inside");
        say(found, EvidenceKind::fix, "Py_BEGIN_CRITICAL_SECTION2(a, b) holds both");
        out.push_back(std::move(found));
        break;
      }
    }
    if (row->act == rules::CAct::Acquire && row->kind == rules::CKind::PyMutex &&
        instr.list.count > 0 && is_object_mutex(unit, unit.value_lists[instr.list.first])) {
      Candidate found =
          misuse("GIL512", "an object's own mutex is locked by hand", f, id);
      found.confidence = Confidence::high;
      found.location_name = "ob_mutex";
      say(found, EvidenceKind::harm,
          "the interpreter suspends critical sections on this mutex; taken by hand it deadlocks "
          "with them");
      say(found, EvidenceKind::fix,
          "Py_BEGIN_CRITICAL_SECTION(op), or a PyMutex of the structure's own");
      out.push_back(std::move(found));
    }
  });
}

namespace {

/// Locks that a thread waits for without giving up its thread state.
bool is_foreign(rules::CKind kind) {
  switch (kind) {
    case rules::CKind::PthreadMutex:
    case rules::CKind::PthreadRwlock:
    case rules::CKind::PthreadSpin:
    case rules::CKind::C11Mutex:
    case rules::CKind::CxxMutex:
    case rules::CKind::CxxSharedMutex:
    case rules::CKind::ThreadLock:
    case rules::CKind::Semaphore:
    case rules::CKind::Windows: return true;
    default: return false;
  }
}

}  // namespace

void lock_held_while_python_runs(const Context& context, FunctionIndex f,
                                 std::vector<Candidate>& out) {
  const Unit& unit = context.unit(f);
  std::set<std::string> said;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op != Op::call) return;
    const LockState& state = context.locks.before(f, id);
    if (state.held.empty() || state.attached != Attached::yes) return;
    // Callees of the program are looked into themselves, with these locks at their entry.
    if (instr.a != kNone && context.program.resolve(context.unit_index(f), instr.a) != kNone) return;
    if (context.effects.python(context.unit_index(f), instr) != Python::Always) return;
    const rules::CFunction* row = context.effects.row(unit, instr);
    if (row != nullptr && (row->act == rules::CAct::Detach || row->act == rules::CAct::Attach ||
                           row->act == rules::CAct::Acquire || row->act == rules::CAct::Release)) {
      return;
    }
    // Raising an exception runs no code of others; what does not return runs none that matters.
    if (context.callee_name(f, id).starts_with("PyErr_")) return;
    if (instr.a != kNone && (unit.functions[instr.a].flags & kFunctionNoReturn) != 0) return;
    for (const Held& held : state.held) {
      if (held.kind != Held::Kind::mutex) continue;
      const std::string name = held.text(context.program, f);
      if (!said.insert(name).second) continue;
      const bool foreign = is_foreign(held.lock);
      std::string callee(context.callee_name(f, id));
      if (callee.empty()) callee = "a call through a pointer";
      Candidate found =
          misuse("GIL517", fmt::format("{} is held while {} runs Python code", name, callee), f, id);
      found.location_name = name;
      found.confidence = Confidence::medium;
      found.window = foreign ? WindowClass::already_racy : WindowClass::none;
      if (held.since != 0) {
        say(found, EvidenceKind::guard, "taken here",
            At{context.unit_index(f), unit.instrs[held.since].pos});
      }
      say_shared(context, found, f);
      say(found, EvidenceKind::gil,
          foreign ? "deadlocks with the GIL, too: a thread that waits for the lock keeps its thread "
                    "state, and this one may wait for that thread"
                  : "waiting for a PyMutex detaches, so other threads go on; the code that runs must "
                    "not come back for the same lock");
      say(found, EvidenceKind::harm,
          "Python code that ends up here again waits for a lock its own thread holds: deadlock");
      say(found, EvidenceKind::fix,
          "release the lock before Python code can run, or use a critical section, which is suspended "
          "while the thread waits");
      out.push_back(std::move(found));
    }
  });
}

}  // namespace gilcheck::clang_plugin
