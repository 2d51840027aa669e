// GIL504 for fields: an object loaded from a field without a reference of its own, and used after
// Python code could replace the field.

#include <fmt/format.h>

#include <algorithm>

#include "clang_plugin/detect/rules.h"
#include "clang_plugin/flow/lifetime.h"

namespace gilcheck::clang_plugin {

void field_across_call(const Context& c, FunctionIndex f, std::vector<Candidate>& out) {
  if (!c.runs_shared(f) || is_generator_runtime(c, f)) return;
  const Unit& unit = c.unit(f);
  std::vector<MemoryKey> told;
  for_each_instr(unit, c.program.function(f), [&](ValueId id) {
    const Instr& load = unit.instrs[id];
    if (load.op != Op::load || !is_object_pointer(unit, load.type)) return;
    const ValueId base = root_pointer(unit, load.a);
    const MemoryKey key = memory_key(c.program, f, load.a);
    if (!key.known() || unit.places[load.a].kind == PlaceKind::index) return;
    if (std::find(told.begin(), told.end(), key) != told.end()) return;
    const Kept* kept = c.sharing.kept(key);
    if (kept == nullptr || kept->annotated || kept->replaced.empty() || !kept->owns) return;
    const Paths& paths = c.paths(f);
    if (base != kNone && c.references.exclusive(f, base, id, paths)) return;
    if (base == kNone && key.global == kNone) return;
    // This function replaces the field itself: the reference is moved out.
    const Name memory = name_of_place(c.program, f, load.a);
    const auto takes_over = [&](ValueId at) {
      const Instr& store = unit.instrs[at];
      return store.op == Op::store && memory_key(c.program, f, store.a) == key &&
             name_of_place(c.program, f, store.a) == memory;
    };
    // A reference was taken through another load of the same field just before.
    const auto& block = unit.blocks[load.block];
    for (std::uint32_t i = block.instrs.first; i < block.instrs.end(); ++i) {
      const ValueId before = unit.instr_order[i];
      if (before == id) break;
      const Instr& call = unit.instrs[before];
      const rules::CFunction* row = call.op == Op::call ? c.effects.row(unit, call) : nullptr;
      if (row == nullptr || row->act != rules::CAct::Incref || call.list.count == 0) continue;
      const Instr& taken = unit.instrs[unit.value_lists[call.list.first]];
      if (taken.op == Op::load && memory_key(c.program, f, taken.a) == key) return;
    }
    const Where* other = nullptr;
    for (const Where& where : kept->replaced) {
      if (where.function != f) other = &where;
    }
    if (other == nullptr) return;
    const BorrowedUse* worst = nullptr;
    const auto uses = uses_while_borrowed(c.program, c.effects, f, id, id, takes_over);
    for (const BorrowedUse& use : uses) {
      if (use.sure_switch == 0) continue;
      if (unit.text(unit.instrs[use.use.instr].macro) == "assert") continue;
      if (worst == nullptr) worst = &use;
    }
    if (worst == nullptr) return;
    told.push_back(key);
    std::string_view through = c.callee_name(f, worst->sure_switch);
    if (through.empty()) through = "a call through a pointer";
    std::string text = memory.text(c.program, f);
    if (text.starts_with("a local object") || text == "?") text = key.text(c.program);
    Candidate found;
    found.rule = "GIL504";
    // Structures that are no objects are mostly one call's own.
    found.confidence = Confidence::low;
    if (key.global != kNone) found.confidence = Confidence::high;
    if (unit.places[load.a].kind == PlaceKind::field &&
        unit.records[unit.fields[unit.places[load.a].id].record].object) {
      found.confidence = Confidence::high;
    }
    found.location_kind = key.global != kNone ? "c-global" : "c-field";
    found.location_name = key.text(c.program);
    found.message = fmt::format(
        "{} is used after {} without a reference of its own; {}() can replace it meanwhile", text,
        through, c.program.name(other->function));
    found.region.push_back({f, id, AccessKind::read, "loaded here"});
    found.region.push_back({f, worst->use.instr, AccessKind::read, "used here"});
    found.conflicts.push_back({other->function, other->instr, AccessKind::write, "replaces it"});
    say_shared(c, found, f);
    say(found, EvidenceKind::guard, "no reference is held over the call");
    found.window = WindowClass::already_racy;
    say(found, EvidenceKind::gil,
        fmt::format("not one GIL window: {} can run Python code or give up the GIL; it can break "
                    "today",
                    through));
    found.switch_point = Touch{f, worst->sure_switch, AccessKind::call, std::string(through)};
    say(found, EvidenceKind::harm,
        "what replaces the field drops the last reference: use after free");
    say(found, EvidenceKind::fix,
        "take a reference with Py_NewRef before the call, and release it "
        "after the last use");
    out.push_back(std::move(found));
  });
}

}  // namespace gilcheck::clang_plugin
