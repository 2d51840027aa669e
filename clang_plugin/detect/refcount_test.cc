// GIL509: a reference count that is compared, as a test of uniqueness; GIL518 where it is to say
// that an object is alive.

#include <fmt/format.h>

#include <algorithm>

#include "clang_plugin/detect/rules.h"

namespace gilcheck::clang_plugin {

namespace {

/// `assert(Py_REFCNT(x) == 1)`: one side of the branch ends the program.
bool is_assertion(const Unit& unit, const Block& block) {
  if (block.exit != Exit::branch) return false;
  for (std::uint32_t s = block.succs.first; s < block.succs.end(); ++s) {
    if (unit.blocks[unit.block_lists[s]].exit == Exit::unreachable) return true;
  }
  return false;
}

std::string object_text(const Context& c, FunctionIndex f, ValueId object) {
  std::string text = name_of_value(c.program, f, object).text(c.program, f);
  if (text.starts_with("a local object") || text == "?") return "the object";
  return text;
}

}  // namespace

void refcount_as_uniqueness(const Context& c, FunctionIndex f, std::vector<Candidate>& out) {
  if (!c.runs_shared(f) || is_generator_runtime(c, f)) return;
  const Unit& unit = c.unit(f);
  std::vector<std::string> told;
  for_each_instr(unit, c.program.function(f), [&](ValueId id) {
    const Instr& test = unit.instrs[id];
    if (test.op != Op::binary) return;
    switch (test.code) {
      case Operator::eq:
      case Operator::ne:
      case Operator::lt:
      case Operator::gt:
      case Operator::le:
      case Operator::ge: break;
      default: return;
    }
    ValueId count = test.a;
    ValueId limit = test.b;
    const auto is_count = [&](ValueId v) {
      const Instr& call = unit.instrs[v];
      if (call.op != Op::call || call.list.count == 0) return false;
      const rules::CFunction* row = c.effects.row(unit, call);
      return row != nullptr && row->act == rules::CAct::Refcount;
    };
    if (!is_count(count)) std::swap(count, limit);
    if (!is_count(count)) return;
    const Instr& bound = unit.instrs[limit];
    // A count that is compared with anything but a small constant is bookkeeping.
    if (bound.op != Op::integer || bound.number < 0 || bound.number > 3) return;
    if (is_assertion(unit, unit.blocks[test.block])) return;
    const ValueId object = unit.value_lists[unit.instrs[count].list.first];
    if (c.references.exclusive(f, object, count, c.paths(f))) return;
    const Origin from = c.references.origin(f, object);
    if (from.kind == Origin::Kind::fresh)
      return;  // its own; what it is shared with it decides later
    const std::string text = object_text(c, f, object);
    const std::string key = name_of_value(c.program, f, object).steps + text;
    if (std::find(told.begin(), told.end(), key) != told.end()) return;
    told.push_back(key);
    const bool alive =
        bound.number == 0 ||
        (bound.number == 1 && (test.code == Operator::lt || test.code == Operator::ge));
    Candidate found;
    found.rule = alive ? "GIL518" : "GIL509";
    found.location_kind = "c-reference";
    found.location_name = text;
    found.confidence = Confidence::medium;
    if (from.kind == Origin::Kind::memory || from.kind == Origin::Kind::parameter) {
      const SharedObject shared = c.sharing.container(f, object, count, c.paths(f));
      found.confidence =
          from.kind == Origin::Kind::memory || shared.level >= SharedObject::Level::medium
              ? Confidence::high
              : Confidence::medium;
      if (shared.level != SharedObject::Level::none) {
        say(found, EvidenceKind::shared, shared.why, shared.at);
      }
    }
    found.message =
        alive ? fmt::format("A test of the reference count decides whether {} is still alive", text)
              : fmt::format("A test of the reference count decides whether {} is anybody else's",
                            text);
    found.region.push_back({f, count, AccessKind::test, "reads the count"});
    say_shared(c, found, f);
    say(found, EvidenceKind::guard,
        "no lock holds off other threads: taking a reference needs none");
    found.window = WindowClass::gil_masked;
    say(found, EvidenceKind::gil,
        "with the GIL the count cannot change between the test and what it decides; without it "
        "another thread changes either half of it at any time");
    say(found, EvidenceKind::harm,
        alive ? "the object dies between the test and the new reference: use after free"
              : "another thread takes a reference right after the test and sees the object change, "
                "or both think that it is theirs");
    say(found, EvidenceKind::fix,
        alive ? "keep a strong reference, or use PyUnstable_TryIncRef (CPython 3.14)"
              : "use PyUnstable_Object_IsUniquelyReferenced (CPython 3.14), or do not reuse the "
                "object in the free-threaded build");
    out.push_back(std::move(found));
  });
}

}  // namespace gilcheck::clang_plugin
