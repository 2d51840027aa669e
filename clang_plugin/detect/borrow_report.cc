// The findings of GIL503, 504 and 508 in words.

#include <fmt/format.h>

#include "clang_plugin/detect/borrows.h"
#include "clang_plugin/detect/ordering.h"

namespace gilcheck::clang_plugin {

namespace {

class Reporter {
 public:
  Reporter(const Context& context, FunctionIndex f) : c_(context), f_(f), unit_(context.unit(f)) {}

  Candidate report(const Borrow& borrow, const BorrowHarm& harm, const SharedObject& shared,
                   std::string_view rule, std::size_t more) {
    Candidate found;
    found.rule = rule;
    found.location_kind = "c-reference";
    const std::string container = container_text(borrow);
    found.location_name = container;
    switch (shared.level) {
      case SharedObject::Level::high: found.confidence = Confidence::high; break;
      case SharedObject::Level::medium: found.confidence = Confidence::medium; break;
      default: found.confidence = Confidence::low; break;
    }
    // What a constructor is given was mostly made for it.
    if (!c_.runs_shared(f_) && found.confidence == Confidence::high) {
      found.confidence = Confidence::medium;
    }
    // What is kept in an object that refuses other threads than its own, unless told not to.
    const bool checked = !shared.outside && thread_was_checked(c_, f_, borrow.at);
    if (checked) found.confidence = Confidence::low;
    const AccessKind kind = borrow.kind == Borrow::Kind::overwrite ? AccessKind::write
                            : borrow.kind == Borrow::Kind::step    ? AccessKind::iterate
                                                                   : AccessKind::read;
    found.region.push_back({f_, borrow.at, kind, fmt::format("{} borrows", borrow.api)});
    if (harm.use != 0 && harm.use != borrow.at) {
      found.region.push_back({f_, harm.use, AccessKind::read, fmt::format("it {}", harm.what)});
    }
    if (shared.change) {
      found.conflicts.push_back({shared.change->function, shared.change->instr, AccessKind::mutate,
                                 "changes the container"});
    }
    say(found, EvidenceKind::shared, shared.why, shared.at);
    say_shared(c_, found, f_);
    guard_row(found, borrow, container);
    if (checked) {
      say(found, EvidenceKind::guard,
          "the function checks which thread calls it, and refuses others unless told not to");
    }
    if (harm.sure_switch != 0 || harm.maybe_switch != 0) {
      window(found, harm);
    } else if (harm.use == 0 && borrow.kind != Borrow::Kind::overwrite) {
      found.window = WindowClass::gil_masked;
      say(found, EvidenceKind::gil, "each step is one GIL window; without the GIL none is");
    } else {
      found.window = WindowClass::gil_masked;
      say(found, EvidenceKind::gil,
          "one GIL window: nothing between the borrow and the use gives up the GIL or runs Python "
          "code; it works with the GIL and breaks in the free-threaded build");
    }
    say_harm(found, borrow, harm, rule, container);
    if (more != 0) {
      say(found, EvidenceKind::note,
          fmt::format("{} more of this kind on the same container in this function", more));
    }
    return found;
  }

 private:
  std::string container_text(const Borrow& borrow) const {
    if (borrow.container == 0) return "the interpreter";
    const ValueId of = asked_object(c_, f_, borrow.container);
    std::string text = name_of_value(c_.program, f_, of).text(c_.program, f_);
    if (text.starts_with("a local object") || text == "?") {
      const Instr& made = unit_.instrs[of];
      if (made.op == Op::out) {
        const Instr& call = unit_.instrs[made.a];
        if (made.b < call.list.count) {
          const Instr& address = unit_.instrs[unit_.value_lists[call.list.first + made.b]];
          if (address.op == Op::address) {
            const VarId variable = root_variable(unit_, address.a);
            if (variable != kNone) return std::string(unit_.text(unit_.variables[variable].name));
          }
        }
      }
      if (made.op == Op::load) {
        const MemoryKey key = memory_key(c_.program, f_, made.a);
        if (key.known()) return key.text(c_.program);
      }
      if (made.op == Op::call) {
        const std::string_view callee = c_.callee_name(f_, of);
        if (!callee.empty()) return fmt::format("what {} gives", callee);
      }
      return "the container";
    }
    return text;
  }

  void guard_row(Candidate& found, const Borrow& borrow, const std::string& container) {
    const auto held = c_.protecting(f_, borrow.at);
    if (held.empty()) {
      say(found, EvidenceKind::guard,
          borrow.container == 0 ? "no lock can be held on it"
                                : fmt::format("no critical section on {} is held", container));
      return;
    }
    say(found, EvidenceKind::guard,
        fmt::format("{} is held, which does not keep others from changing {} until the use",
                    held.front().text(c_.program, f_), container));
  }

  void window(Candidate& found, const BorrowHarm& harm) {
    const bool certain = harm.sure_switch != 0;
    const ValueId at = certain ? harm.sure_switch : harm.maybe_switch;
    std::string name(c_.callee_name(f_, at));
    if (name.empty()) name = "a call through a pointer";
    found.window = certain ? WindowClass::already_racy : WindowClass::gil_masked_if_builtin;
    say(found, EvidenceKind::gil,
        certain ? fmt::format("not one GIL window: {} can run Python code or give up the GIL "
                              "before the use; it can break today",
                              name)
                : fmt::format("one GIL window unless {} runs a method written in Python", name));
    found.switch_point = Touch{f_, at, AccessKind::call, name};
  }

  void say_harm(Candidate& found, const Borrow& borrow, const BorrowHarm& harm,
                std::string_view rule, const std::string& container) {
    const std::string since =
        borrow.since.starts_with("3.") && borrow.since != "3.8"
            ? fmt::format(" (CPython {}; pythoncapi-compat has it for older ones)", borrow.since)
            : std::string{};
    if (rule == "GIL504") {
      const ValueId at = harm.sure_switch != 0 ? harm.sure_switch : harm.maybe_switch;
      std::string name(c_.callee_name(f_, at));
      if (name.empty()) name = "a call through a pointer";
      found.message =
          fmt::format("What {} borrows from {} {} after {}, which can let others drop it",
                      borrow.api, container, harm.what, name);
      say(found, EvidenceKind::harm,
          fmt::format("the container can give up the last reference meanwhile: use after free"));
      say(found, EvidenceKind::fix,
          fmt::format("take a strong reference before the call: {}{}",
                      borrow.instead.empty() ? "Py_NewRef" : borrow.instead, since));
      return;
    }
    if (rule == "GIL508") {
      if (borrow.kind == Borrow::Kind::overwrite) {
        found.message =
            fmt::format("{} writes into {}, which other threads can have", borrow.api, container);
        say(found, EvidenceKind::harm,
            "the list can be resized or the same slot replaced meanwhile: a write into freed "
            "storage, or an item that is lost");
        say(found, EvidenceKind::fix, "use PyList_SetItem, or fill a new list");
        return;
      }
      if (borrow.kind == Borrow::Kind::step) {
        found.message =
            fmt::format("{} walks {}, which other threads can change, without a critical section",
                        borrow.api, container);
        say(found, EvidenceKind::harm,
            "an insertion or deletion by another thread frees the table, or the key and value, "
            "under the walk: use after free");
        say(found, EvidenceKind::fix,
            fmt::format("hold Py_BEGIN_CRITICAL_SECTION({}) around the loop, or walk a copy",
                        container));
        return;
      }
      found.message = fmt::format("{} reads the storage of {}, which other threads can resize",
                                  borrow.api, container);
      say(found, EvidenceKind::harm,
          "a resize by another thread frees the storage, a removal the item: use after free, or a "
          "read past the end");
      say(found, EvidenceKind::fix,
          borrow.instead == "PyObject_GetBuffer"
              ? "take a buffer with PyObject_GetBuffer: it cannot be resized while that is held"
              : fmt::format("hold Py_BEGIN_CRITICAL_SECTION({}) around it, or use {}{}", container,
                            borrow.instead, since));
      return;
    }
    switch (borrow.kind) {
      case Borrow::Kind::weak:
        found.message =
            fmt::format("The referent that {} borrows {} without a reference of its own",
                        borrow.api, harm.what);
        say(found, EvidenceKind::harm,
            "another thread can drop the last reference before this one takes its own: use after "
            "free");
        break;
      default:
        found.message =
            fmt::format("What {} borrows from {} {}, and other threads can remove it there",
                        borrow.api, container, harm.what);
        say(found, EvidenceKind::harm,
            "another thread can replace or remove the item before this one takes a reference: use "
            "after free");
        break;
    }
    say(found, EvidenceKind::fix, fmt::format("use {}{}", borrow.instead, since));
  }

  const Context& c_;
  FunctionIndex f_;
  const Unit& unit_;
};

}  // namespace

void report_borrow(const Context& context, FunctionIndex function, const Borrow& borrow,
                   const BorrowHarm& harm, const SharedObject& shared, std::string_view rule,
                   std::size_t more, std::vector<Candidate>& out) {
  out.push_back(Reporter(context, function).report(borrow, harm, shared, rule, more));
}

}  // namespace gilcheck::clang_plugin
