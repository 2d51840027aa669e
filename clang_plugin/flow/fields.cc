#include "clang_plugin/flow/fields.h"

#include <algorithm>

#include "clang_plugin/link/annotations.h"

namespace gilcheck::clang_plugin {

namespace {

/// The outermost field of a project structure on the way to a place: of `self->pos.x` it is `pos`.
/// 0 if there is none.
PlaceId field_of(const Unit& unit, PlaceId place) {
  PlaceId found = 0;
  for (PlaceId at = place;;) {
    const Place& p = unit.places[at];
    if (p.kind == PlaceKind::field) {
      const Record& record = unit.records[unit.fields[p.id].record];
      if (record.project) found = at;
      at = p.parent;
    } else if (p.kind == PlaceKind::index) {
      at = p.parent;
    } else {
      return found;
    }
  }
}

bool is_atomic(const Effects& effects, const Unit& unit, const Instr& call) {
  if (call.op != Op::call || call.a == kNone) return false;
  const std::string_view name = unit.text(unit.functions[call.a].name);
  if (is_atomic_builtin(name)) return true;
  const rules::CFunction* row = effects.row(unit, call);
  return row != nullptr &&
         (row->act == rules::CAct::AtomicLoad || row->act == rules::CAct::AtomicStore ||
          row->act == rules::CAct::AtomicUpdate || row->act == rules::CAct::AtomicCompareExchange);
}

}  // namespace

const FieldFacts* Fields::of(FunctionIndex function, PlaceId place) const {
  const Unit& unit = program_->unit_of(function);
  const PlaceId at = field_of(unit, place);
  if (at == 0) return nullptr;
  const Field& field = unit.fields[unit.places[at].id];
  const auto found = index_.find({std::string(unit.text(unit.records[field.record].name)),
                                  std::string(unit.text(field.name))});
  return found == index_.end() ? nullptr : &facts_[found->second];
}

namespace {

/// What a constructor makes or a destructor ends nobody else has.
bool own_object(const Unit& unit, const Function& function, ValueId base) {
  return (function.flags & (kFunctionConstructor | kFunctionDestructor)) != 0 &&
         unit.instrs[base].op == Op::parameter && unit.instrs[base].b == 0;
}

}  // namespace

Fields Fields::build(const Program& program, const Effects& effects, const References& references,
                     const std::vector<std::unique_ptr<Paths>>& paths) {
  Fields out;
  out.program_ = &program;
  std::map<std::pair<std::string, std::string>, FieldFacts> found;
  for (FunctionIndex f = 0; f < program.functions().size(); ++f) {
    const Unit& unit = program.unit_of(f);
    const UnitIndex u = program.functions()[f].unit;
    const std::uint8_t reach = program.functions()[f].reach;
    const auto annotated = static_cast<bool>(annotation_of(unit, program.function(f)));
    // Addresses of fields that calls get.
    std::map<ValueId, ValueId> passed;
    for_each_instr(unit, program.function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (instr.op != Op::call && instr.op != Op::construct) return;
      for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
        if (unit.instrs[unit.value_lists[i]].op == Op::address) {
          passed.emplace(unit.value_lists[i], id);
        }
      }
    });
    for_each_instr(unit, program.function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (instr.op != Op::load && instr.op != Op::store && instr.op != Op::address) return;
      const PlaceId at = field_of(unit, instr.a);
      if (at == 0) return;
      const Field& field = unit.fields[unit.places[at].id];
      const Record& record = unit.records[field.record];
      FieldTouch touch;
      touch.function = f;
      touch.instr = id;
      touch.place = at;
      touch.nested = at != instr.a;
      touch.base = root_pointer(unit, at);
      touch.write = instr.op == Op::store;
      touch.update = (instr.flags & kFlagCompound) != 0;
      if (instr.op == Op::address) {
        const auto call = passed.find(id);
        if (call == passed.end()) return;
        touch.instr = call->second;
        const Instr& of = unit.instrs[call->second];
        touch.atomic = is_atomic(effects, unit, of);
        const rules::CFunction* row = effects.row(unit, of);
        touch.write = touch.atomic ? row == nullptr || row->act != rules::CAct::AtomicLoad
                                   : row != nullptr && (row->act == rules::CAct::Clear ||
                                                        row->act == rules::CAct::SetReference);
        if (!touch.atomic && !touch.write) return;
      }
      touch.init = reach == kReachInit;
      if (touch.base != kNone) {
        touch.exclusive = annotated || own_object(unit, program.function(f), touch.base) ||
                          references.exclusive(f, touch.base, touch.instr, *paths[f]);
      } else {
        const VarId variable = root_variable(unit, at);
        touch.exclusive = annotated || (variable != kNone && program.global(u, variable) == kNone);
      }
      FieldFacts& facts =
          found[{std::string(unit.text(record.name)), std::string(unit.text(field.name))}];
      if (facts.touches.empty()) {
        facts.record = unit.text(record.name);
        facts.field = unit.text(field.name);
        facts.unit = u;
        facts.id = unit.places[at].id;
        facts.object = record.object;
        facts.annotated = static_cast<bool>(annotation_at(unit, field.pos));
      }
      facts.touches.push_back(touch);
    });
  }
  for (auto& [key, facts] : found) {
    out.index_.emplace(key, static_cast<std::uint32_t>(out.facts_.size()));
    out.facts_.push_back(std::move(facts));
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
