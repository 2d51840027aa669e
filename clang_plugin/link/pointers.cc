#include "clang_plugin/link/pointers.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "clang_plugin/link/tables.h"

namespace gilcheck::clang_plugin {

namespace {

/// A field of a structure of the program, of any instance: record and name.
using Key = std::pair<std::string_view, std::string_view>;

/// Calls `use(value)` for what an instruction computes with.
template <typename Use>
void for_each_operand(const Unit& unit, const Instr& instr, Use&& use) {
  switch (instr.op) {
    case Op::store: use(instr.b); break;
    case Op::binary:
      use(instr.a);
      use(instr.b);
      break;
    case Op::unary:
    case Op::delete_:
    case Op::throw_: use(instr.a); break;
    case Op::call:
      if (instr.a == kNone) use(instr.b);
      break;
    default: break;
  }
  for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) use(unit.value_lists[i]);
}

class Finder {
 public:
  explicit Finder(const Program& program)
      : p_(program), elsewhere_(program.functions().size(), false) {}

  PointerCalls run() {
    for (UnitIndex u = 0; u < p_.units().size(); ++u) {
      const Unit& unit = p_.unit(u);
      for (const Variable& variable : unit.variables) {
        if (variable.initializer != kNone) initial(u, unit, variable.initializer);
      }
    }
    for (FunctionIndex f = 0; f < p_.functions().size(); ++f) body(f);
    return result();
  }

 private:
  struct Slot {
    std::set<FunctionIndex> targets;
    bool open = false;     ///< something else may be there
    bool escapes = false;  ///< the pointer is used for more than calls and comparisons
    bool called = false;
  };

  static bool holds_function(const Unit& unit, TypeId type) {
    const Type& t = unit.types[type];
    return t.kind == TypeKind::pointer && unit.types[t.inner].kind == TypeKind::function;
  }

  /// null for fields of others' structures: who else fills and calls them is not seen.
  Slot* slot(const Unit& unit, FieldId id) {
    const Field& field = unit.fields[id];
    const Record& record = unit.records[field.record];
    if (!record.project || !holds_function(unit, field.type)) return nullptr;
    const Key key{unit.text(record.name), unit.text(field.name)};
    if (key.first.empty() || entry_of_field(key.first, key.second)) return nullptr;
    return &slots_[key];
  }

  Slot* slot_at(const Unit& unit, PlaceId place) {
    const Place& at = unit.places[place];
    return at.kind == PlaceKind::field ? slot(unit, at.id) : nullptr;
  }

  Slot* slot_of_load(const Unit& unit, ValueId value) {
    const Instr& instr = unit.instrs[value];
    return instr.op == Op::load ? slot_at(unit, instr.a) : nullptr;
  }

  void taken_elsewhere(UnitIndex u, FuncId id) {
    const FunctionIndex f = p_.resolve(u, id);
    if (f != kNone) elsewhere_[f] = true;
  }

  void put(Slot& slot, UnitIndex u, FuncId id) {
    const FunctionIndex f = p_.resolve(u, id);
    if (f == kNone) {
      slot.open = true;
    } else {
      slot.targets.insert(f);
    }
  }

  void initial(UnitIndex u, const Unit& unit, std::uint32_t id) {
    const Initializer& init = unit.initializers[id];
    Slot* kept = init.field == kNone ? nullptr : slot(unit, init.field);
    if (init.kind == InitKind::list) {
      for (std::uint32_t i = init.children.first; i < init.children.end(); ++i) {
        initial(u, unit, unit.init_lists[i]);
      }
    } else if (init.kind == InitKind::function) {
      if (kept == nullptr) {
        taken_elsewhere(u, init.ref);
      } else {
        put(*kept, u, init.ref);
      }
    } else if (kept != nullptr && init.kind != InitKind::null && init.kind != InitKind::integer) {
      kept->open = true;
    }
  }

  void body(FunctionIndex f) {
    const UnitIndex u = p_.functions()[f].unit;
    const Unit& unit = p_.unit(u);
    for_each_instr(unit, p_.function(f), [&](ValueId id) { read(f, u, unit, id); });
    const Function& function = p_.function(f);
    for (BlockId b = function.blocks.first; b < function.blocks.end(); ++b) {
      const Block& block = unit.blocks[b];
      if (block.exit == Exit::return_ && block.value != kNone) passed_on(u, unit, block.value);
    }
  }

  void read(FunctionIndex f, UnitIndex u, const Unit& unit, ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op == Op::address) {
      if (Slot* kept = slot_at(unit, instr.a)) kept->open = kept->escapes = true;
      return;
    }
    if (instr.op == Op::store) {
      Slot* kept = slot_at(unit, instr.a);
      if (kept == nullptr) return passed_on(u, unit, instr.b);
      const Instr& value = unit.instrs[instr.b];
      if (value.op == Op::function) {
        put(*kept, u, value.a);
      } else if (value.op != Op::null && slot_of_load(unit, instr.b) != kept) {
        kept->open = true;
        passed_on(u, unit, instr.b);
      }
      return;
    }
    if (instr.op == Op::call && instr.a == kNone) {
      if (Slot* kept = slot_of_load(unit, instr.b)) {
        kept->called = true;
        calls_.push_back({f, id});
      } else {
        passed_on(u, unit, instr.b);
      }
      for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
        passed_on(u, unit, unit.value_lists[i]);
      }
      return;
    }
    // Comparisons and tests let nothing out.
    if (instr.op == Op::binary || instr.op == Op::unary) return;
    if (instr.op == Op::aggregate) {
      const Type& type = unit.types[instr.type];
      if (type.record != kNone) {
        const Range fields = unit.records[type.record].fields;
        for (FieldId field = fields.first; field < fields.end(); ++field) {
          if (Slot* kept = slot(unit, field)) kept->open = true;
        }
      }
    }
    for_each_operand(unit, instr, [&](ValueId value) { passed_on(u, unit, value); });
  }

  /// A value goes somewhere that is not followed.
  void passed_on(UnitIndex u, const Unit& unit, ValueId value) {
    if (value == kNone) return;
    const Instr& instr = unit.instrs[value];
    if (instr.op == Op::function || instr.op == Op::lambda) taken_elsewhere(u, instr.a);
    if (Slot* kept = slot_of_load(unit, value)) kept->escapes = true;
  }

  PointerCalls result() {
    PointerCalls out;
    for (const auto& [caller, call] : calls_) {
      const Unit& unit = p_.unit_of(caller);
      const Slot& kept = *slot_of_load(unit, unit.instrs[call].b);
      if (kept.open || kept.targets.empty()) continue;
      out.calls.push_back({caller, call, {kept.targets.begin(), kept.targets.end()}});
    }
    std::set<FunctionIndex> kept_somewhere;
    for (const auto& [key, kept] : slots_) {
      for (const FunctionIndex f : kept.targets) {
        if (kept.open || kept.escapes || !kept.called) elsewhere_[f] = true;
        kept_somewhere.insert(f);
      }
    }
    for (const FunctionIndex f : kept_somewhere) {
      if (!elsewhere_[f]) out.only_called.push_back(f);
    }
    return out;
  }

  const Program& p_;
  std::map<Key, Slot> slots_;
  std::vector<bool> elsewhere_;  // by function
  std::vector<std::pair<FunctionIndex, ValueId>> calls_;
};

}  // namespace

PointerCalls pointer_calls(const Program& program) {
  return Finder(program).run();
}

}  // namespace gilcheck::clang_plugin
