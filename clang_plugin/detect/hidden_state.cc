// GIL514: calls of the C library that keep state for all threads.

#include <fmt/format.h>

#include <optional>

#include "clang_plugin/detect/rules.h"

namespace gilcheck::clang_plugin {

namespace {

using rules::CKind;

struct State {
  Confidence confidence;
  const char* what;
  const char* harm;
};

/// What the kinds of hidden state lead to; nullopt for those that do nobody harm.
std::optional<State> state_of(CKind kind) {
  switch (kind) {
    case CKind::StaticBuffer:
      return State{Confidence::high, "returns a pointer into memory that all its callers share",
                   "another thread's call overwrites the result while it is read: wrong or torn "
                   "values"};
    case CKind::StaticBufferElsewhere:
      return State{Confidence::low,
                   "returns a pointer into memory that its callers share outside glibc",
                   "another thread's call overwrites the result while it is read, except in glibc"};
    case CKind::Position:
      return State{Confidence::high, "keeps its position for the whole process",
                   "another thread's call moves the position: both get parts of the other's input"};
    case CKind::ShiftState:
      return State{Confidence::medium, "keeps the shift state for the whole process",
                   "another thread's call changes the state of a conversion in progress"};
    case CKind::Random:
      return State{Confidence::medium, "keeps its state for the whole process, without a lock",
                   "two threads get the same numbers, or a torn state"};
    case CKind::RandomLocked:
      return State{Confidence::low, "draws from one sequence for the whole process",
                   "threads take numbers out of each other's sequence; some C libraries do not "
                   "lock it"};
    case CKind::Environment:
      return State{Confidence::high, "changes the environment of the process",
                   "getenv in another thread, also of other libraries, reads memory that is moved"};
    case CKind::Locale:
      return State{Confidence::high, "reads or changes the locale of the process",
                   "another thread's change shows in what this one formats, parses or reads"};
    case CKind::EnvironmentRead:
      return State{Confidence::low, "reads the environment, which setenv in another thread moves",
                   "the value can be freed while it is read"};
    default: return std::nullopt;
  }
}

}  // namespace

void non_reentrant_call(const Context& c, FunctionIndex f, std::vector<Candidate>& out) {
  if (!c.runs_shared(f) || is_generator_runtime(c, f)) return;
  const Unit& unit = c.unit(f);
  for_each_instr(unit, c.program.function(f), [&](ValueId id) {
    const Instr& call = unit.instrs[id];
    if (call.op != Op::call || call.a == kNone) return;
    const rules::CFunction* row = c.effects.row(unit, call);
    if (row == nullptr || row->act != rules::CAct::HiddenState) return;
    if (c.program.resolve(c.unit_index(f), call.a) != kNone)
      return;  // the project's own of the name
    auto state = state_of(row->kind);
    if (!state) return;
    const std::string_view name = c.program.callee_name(unit, call);
    const auto argument = [&](std::uint32_t i) -> const Instr* {
      return i < call.list.count ? &unit.instrs[unit.value_lists[call.list.first + i]] : nullptr;
    };
    // setlocale(category, NULL) only asks.
    const bool asks = name == "setlocale" && argument(1) != nullptr && argument(1)->op == Op::null;
    // Setting what Python asks for is its caller's wish; a locale of the function's own choice is
    // what others suffer from.
    const bool own_choice = argument(1) != nullptr && argument(1)->op == Op::string;
    if (name == "setlocale" && (asks || !own_choice)) state->confidence = Confidence::low;
    if (name == "localeconv") state->confidence = Confidence::medium;
    const bool result_matters = row->kind == CKind::StaticBuffer ||
                                row->kind == CKind::StaticBufferElsewhere ||
                                row->kind == CKind::EnvironmentRead;
    ValueId last = id;
    if (result_matters) {
      bool read = false;
      for (const ReferenceUse& use :
           reference_uses(c.program, c.effects, c.sharing.uses(f), f, id)) {
        if (use.kind == ReferenceUse::Kind::compare) continue;
        read = true;
        if (c.paths(f).can_follow(id, use.instr)) last = use.instr;
      }
      if (!read) return;
    }
    for (const Held& held : c.protecting(f, id)) {
      if (held.kind != Held::Kind::shared && c.locks.held_throughout(f, held, id, last)) return;
    }
    Candidate found;
    found.rule = "GIL514";
    found.confidence = state->confidence;
    found.location_kind = "c-library";
    found.location_name = name;
    found.message = fmt::format("{} {}", name, state->what);
    found.region.push_back({f, id, AccessKind::call, ""});
    if (last != id) found.region.push_back({f, last, AccessKind::read, "the result is used"});
    say_shared(c, found, f);
    say(found, EvidenceKind::guard, "no lock is held");
    const bool detached = c.locks.before(f, id).attached() == Attached::no;
    if (detached) {
      found.window = WindowClass::already_racy;
      say(found, EvidenceKind::gil, "the call runs detached: the GIL does not order it either");
    } else {
      say_window(c, found, f, id, last);
    }
    say(found, EvidenceKind::harm, state->harm);
    say(found, EvidenceKind::fix,
        row->replacement.empty() ? std::string("hold a lock around the call and its use")
                                 : fmt::format("use {}", row->replacement));
    out.push_back(std::move(found));
  });
}

}  // namespace gilcheck::clang_plugin
