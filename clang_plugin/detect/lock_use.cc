// GIL512, GIL517: critical sections and mutexes used in ways that do not protect, or that deadlock.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "clang_plugin/detect/ordering.h"
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

void critical_section_misuse(const Context& context, FunctionIndex f, std::vector<Candidate>& out) {
  const Unit& unit = context.unit(f);
  const Function& function = context.program.function(f);

  // Left without being ended: the section stays on the thread's list. By a return, or by a jump to
  // where other ways come without it.
  std::set<ValueId> escaped;
  const auto section_of_own = [&](const Held& held) {
    return held.kind == Held::Kind::section && held.since != 0 &&
           // A guard class keeps its section in the object, and ends it in its destructor.
           held.section.root == Name::Root::local && unit.instrs[held.since].op == Op::call &&
           // A helper of the program may begin a section that its caller ends.
           context.program.resolve(context.unit_index(f), unit.instrs[held.since].a) == kNone;
  };
  const auto leaves = [&](const Held& held, const Pos& at, std::string_view how) {
    if (!escaped.insert(held.since).second) return;
    const std::string name = held.name.text(context.program, f);
    Candidate found =
        misuse("GIL512",
               fmt::format("{}() {} a critical section on {}", context.program.name(f), how, name),
               f, held.since);
    found.confidence = Confidence::high;
    found.error = true;
    found.location_name = name;
    found.at = At{context.unit_index(f), at};
    found.symbol = context.program.name(f);
    found.region.front().note = "begun here";
    say(found, EvidenceKind::gil,
        "with the GIL a critical section is nothing at all, so nobody notices");
    say(found, EvidenceKind::harm,
        "the section's record on the C stack is gone while the thread still has it on its list: "
        "the "
        "object stays locked, later sections corrupt memory");
    say(found, EvidenceKind::fix,
        "leave the block by its end: set a result variable and return after "
        "Py_END_CRITICAL_SECTION()");
    out.push_back(std::move(found));
  };
  for (BlockId b = function.blocks.first; b < function.blocks.end(); ++b) {
    const Block& block = unit.blocks[b];
    if (block.exit_pos.line == 0) continue;
    for (const Held& held : context.locks.at_exit(f, b).held) {
      if (!section_of_own(held)) continue;
      if (block.exit == Exit::return_) {
        leaves(held, block.exit_pos, "returns inside");
      } else if (block.exit == Exit::jump && !held.where_needed) {
        const Block& next = unit.blocks[unit.block_lists[block.succs.first]];
        if (next.instrs.count == 0) continue;
        const auto& there = context.locks.before(f, unit.instr_order[next.instrs.first]).held;
        if (std::none_of(there.begin(), there.end(), [&](const Held& other) {
              return other.kind == held.kind && other.section == held.section;
            })) {
          leaves(held, block.exit_pos, "jumps out of");
        }
      }
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
        const Instr& begun = unit.instrs[held.since];
        if (begun.op == Op::call &&
            context.program.resolve(context.unit_index(f), begun.a) != kNone) {
          continue;
        }
        Candidate found = misuse(
            "GIL512",
            fmt::format("a critical section is begun inside the one on {}: it may suspend that one",
                        held.name.text(context.program, f)),
            f, id);
        found.confidence = Confidence::medium;
        found.location_name = held.name.text(context.program, f);
        found.region.insert(found.region.begin(),
                            {f, held.since, AccessKind::call, "the outer one"});
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
      Candidate found = misuse("GIL512", "an object's own mutex is locked by hand", f, id);
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

namespace {

/// What is known of a lock from all places that take it.
struct LockUse {
  bool waits_attached = false;  // some thread waits for it with its thread state
  bool asks_owner = false;      // before it waits, it looks whether it has the lock itself
};

/// A lock's name that is the same in every function: by the type it is a field of, or its variable.
std::string lock_key(const Context& context, FunctionIndex f, const Name& name) {
  std::string of;
  if (name.root == Name::Root::parameter && name.id < context.program.function(f).params.count) {
    const Unit& unit = context.unit(f);
    const Variable& parameter = unit.variables[context.program.function(f).params.first + name.id];
    of = unit.text(unit.types[parameter.type].text);
  } else if (name.root == Name::Root::global) {
    of = context.program.globals()[name.id].name;
  } else if (name.root == Name::Root::enclosing) {
    return name.steps;
  } else {
    return "";
  }
  return of + name.steps;
}

bool compares_with_owner(const Context& context, FunctionIndex f, ValueId acquire) {
  const Unit& unit = context.unit(f);
  bool found = false;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (found || instr.op != Op::binary ||
        (instr.code != Operator::eq && instr.code != Operator::ne)) {
      return;
    }
    for (const ValueId side : {instr.a, instr.b}) {
      if (names_thread(context, f, side)) found = context.paths(f).dominates(id, acquire);
    }
  });
  return found;
}

std::map<std::string, LockUse> lock_uses(const Context& context) {
  std::map<std::string, LockUse> out;
  for (FunctionIndex f = 0; f < context.program.functions().size(); ++f) {
    const Unit& unit = context.unit(f);
    for_each_instr(unit, context.program.function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      const rules::CFunction* row = context.effects.row(unit, instr);
      if (row == nullptr || row->act_arguments.empty()) return;
      const bool waits = row->act == rules::CAct::Acquire || row->act == rules::CAct::Guard;
      bool may_wait = row->act == rules::CAct::AcquireIf && row->act_arguments.size() > 1;
      if (may_wait) {
        const std::uint32_t at = static_cast<std::uint8_t>(row->act_arguments[1]);
        if (at >= instr.list.count) return;
        const Instr& wait = unit.instrs[unit.value_lists[instr.list.first + at]];
        may_wait = wait.op != Op::integer || wait.number != 0;
      }
      if (!waits && !may_wait) return;
      const std::uint32_t argument = static_cast<std::uint8_t>(row->act_arguments[0]);
      if (argument >= instr.list.count) return;
      LockUse& use = out[lock_key(
          context, f,
          name_of_value(context.program, f, unit.value_lists[instr.list.first + argument]))];
      use.waits_attached =
          use.waits_attached || context.locks.before(f, id).attached() != Attached::no;
      use.asks_owner = use.asks_owner || compares_with_owner(context, f, id);
    });
  }
  return out;
}

/// A destructor can run: of an object that was stored where others could put in anything.
bool drops_stored_object(const Context& context, FunctionIndex f, const Instr& call,
                         const rules::CFunction* row) {
  if (row == nullptr || row->act != rules::CAct::Decref || call.list.count == 0) return false;
  const Unit& unit = context.unit(f);
  return context.references.origin(f, unit.value_lists[call.list.first]).kind ==
         Origin::Kind::memory;
}

/// What it does is up to the class of an argument (`PyObject_Repr(x)`), which Python code passed
/// and nothing here has looked at.
bool asks_unknown_type(const Context& context, FunctionIndex f, const Instr& call,
                       const rules::CFunction* row) {
  if (row == nullptr || row->python != rules::CPython::UserType || call.list.count == 0) {
    return false;
  }
  // Containers of Python's own: only their keys and elements could run code.
  if (row->result == rules::CResult::Borrowed || !row->arguments.empty()) return false;
  if (row->effect != rules::CEffect::None && row->effect != rules::CEffect::Read) return false;
  const Unit& unit = context.unit(f);
  const ValueId object = unit.value_lists[call.list.first];
  const Instr& passed = unit.instrs[object];
  const FunctionNode& node = context.program.functions()[f];
  if (passed.op != Op::parameter || !is_object_pointer(unit, passed.type)) return false;
  if (node.entries.empty() || node.self == passed.b || node.module_parameter == passed.b) {
    return false;
  }
  const auto branches = context.paths(f).controlling(call.block);
  return std::none_of(branches.begin(), branches.end(), [&](BlockId b) {
    const ValueId condition = unit.blocks[b].value;
    return condition != kNone && depends_on(unit, condition, object);
  });
}

/// `by_type`: what depends on the class of an operand, else what runs Python code for sure.
void held_in(const Context& context, FunctionIndex f, bool by_type,
             const std::map<std::string, LockUse>& uses, std::set<std::string>& said,
             std::vector<Candidate>& out) {
  const Unit& unit = context.unit(f);
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op != Op::call) return;
    const LockState& state = context.locks.before(f, id);
    if (state.held.empty() || state.attached() != Attached::yes) return;
    // Callees of the program are looked into themselves, with these locks at their entry.
    if (instr.a != kNone && context.program.resolve(context.unit_index(f), instr.a) != kNone)
      return;
    const rules::CFunction* row = context.effects.row(unit, instr);
    const bool dropped = drops_stored_object(context, f, instr, row);
    const bool runs =
        by_type ? !dropped && asks_unknown_type(context, f, instr, row)
                : dropped || context.effects.python(context.unit_index(f), instr) == Python::Always;
    if (!runs) return;
    const bool detach = row != nullptr && row->act == rules::CAct::Detach;
    if (row != nullptr && (row->act == rules::CAct::Attach || row->act == rules::CAct::Acquire ||
                           row->act == rules::CAct::Release)) {
      return;
    }
    // Raising an exception runs no code of others; what does not return runs none that matters.
    if (context.callee_name(f, id).starts_with("PyErr_")) return;
    if (instr.a != kNone && (unit.functions[instr.a].flags & kFunctionNoReturn) != 0) return;
    for (const Held& held : state.held) {
      // What a caller holds and this function cannot name is said where it can.
      if (held.kind != Held::Kind::mutex || held.name.root == Name::Root::enclosing) continue;
      const bool foreign = is_foreign(held.lock);
      if (detach && !foreign) continue;
      const std::string name = held.text(context.program, f);
      const std::string key = lock_key(context, f, held.name);
      const auto use = uses.find(key);
      const bool attached = use == uses.end() || use->second.waits_attached;
      // Waited for without the thread state, and never by the thread that has it: nothing is wrong.
      if (foreign && !attached && (detach || dropped || use->second.asks_owner)) continue;
      // What a mutex of C code protects is mostly its own: that a destructor comes back is
      // far-fetched.
      if (dropped && held.lock == rules::CKind::ThreadLock) continue;
      if (!said.insert(key.empty() ? fmt::format("{}@{}", name, f) : key).second) continue;
      std::string callee(context.callee_name(f, id));
      if (callee.empty()) callee = "a call through a pointer";
      // A foreign mutex is wrong from where it is taken: that is where the thread waits.
      const bool at_lock = foreign && attached && held.since != 0;
      Candidate found = misuse(
          "GIL517",
          detach ? fmt::format("{} is held while the thread is detached and attached again", name)
                 : fmt::format("{} is held while {} {}", name, callee,
                               dropped   ? "can run a destructor"
                               : by_type ? "can run Python code"
                                         : "runs Python code"),
          f, at_lock ? held.since : id);
      if (at_lock) found.region.push_back({f, id, AccessKind::call, callee});
      found.location_name = name;
      found.confidence = dropped                                          ? Confidence::medium
                         : foreign && !attached                           ? Confidence::low
                         : by_type                                        ? Confidence::medium
                         : callee.starts_with("PyObject_Call") || at_lock ? Confidence::high
                                                                          : Confidence::medium;
      found.window = foreign ? WindowClass::already_racy : WindowClass::none;
      if (held.since != 0 && !at_lock) {
        say(found, EvidenceKind::guard, "taken here",
            At{context.unit_index(f), unit.instrs[held.since].pos});
      }
      say_shared(context, found, f);
      say(found, EvidenceKind::gil,
          foreign && attached
              ? "deadlocks with the GIL, too: a thread that waits for the lock keeps its thread "
                "state, and this one may wait for that thread"
          : foreign
              ? "threads wait for the lock detached; only the code that runs must not come back"
              : "waiting for a PyMutex detaches, so other threads go on; the code that runs must "
                "not come back for the same lock");
      say(found, EvidenceKind::harm,
          detach
              ? "this thread waits for the thread state that another one keeps while it waits for "
                "the lock: deadlock"
              : "Python code that ends up here again waits for a lock its own thread holds: "
                "deadlock");
      say(found, EvidenceKind::fix,
          foreign && attached
              ? "take it inside Py_BEGIN_ALLOW_THREADS, or use a PyMutex, which detaches while it "
                "waits"
              : "release the lock before Python code can run, or use a critical section, which is "
                "suspended while the thread waits");
      out.push_back(std::move(found));
    }
  });
}

}  // namespace

void lock_held_while_python_runs(const Context& context, std::vector<Candidate>& out) {
  const auto uses = lock_uses(context);
  std::set<std::string> said;  // one finding a lock
  for (const bool by_type : {false, true}) {
    for (FunctionIndex f = 0; f < context.program.functions().size(); ++f) {
      held_in(context, f, by_type, uses, said, out);
    }
  }
}

}  // namespace gilcheck::clang_plugin
