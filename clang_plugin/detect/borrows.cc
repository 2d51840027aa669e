#include "clang_plugin/detect/borrows.h"

#include <algorithm>

namespace gilcheck::clang_plugin {

namespace {

using rules::COwner;
using rules::CResult;

std::string_view record_of_field(const Unit& unit, const Place& place) {
  return place.kind == PlaceKind::field ? unit.text(unit.records[unit.fields[place.id].record].name)
                                        : std::string_view{};
}

/// The list whose array of items a pointer is: a load of `ob_item`, also where it meets the array
/// of a tuple (PySequence_Fast_ITEMS). 0 if it is not one.
ValueId list_of_array(const Unit& unit, ValueId pointer, int depth = 0) {
  const Instr& instr = unit.instrs[pointer];
  if (depth > 3) return 0;
  if (instr.op == Op::load) {
    const Place& place = unit.places[instr.a];
    if (record_of_field(unit, place) != "PyListObject" ||
        unit.text(unit.fields[place.id].name) != "ob_item") {
      return 0;
    }
    const ValueId list = root_pointer(unit, instr.a);
    return list == kNone ? 0 : list;
  }
  if (instr.op == Op::phi) {
    for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
      const ValueId one = unit.value_lists[i];
      if (one == pointer) continue;
      if (const ValueId list = list_of_array(unit, one, depth + 1)) return list;
    }
  }
  return 0;
}

/// Where the arrays of a list and of a tuple meet: PySequence_Fast_ITEMS.
bool is_fast_items(const Unit& unit, ValueId pointer) {
  const Instr& instr = unit.instrs[pointer];
  if (instr.op != Op::phi) return false;
  for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
    const Instr& one = unit.instrs[unit.value_lists[i]];
    if (one.op == Op::address && record_of_field(unit, unit.places[one.a]) == "PyTupleObject") {
      return true;
    }
  }
  return false;
}

class Collector {
 public:
  Collector(const Context& context, FunctionIndex f) : c_(context), f_(f), unit_(context.unit(f)) {}

  std::vector<Borrow> run() {
    for_each_instr(unit_, c_.program.function(f_), [&](ValueId id) {
      const Instr& instr = unit_.instrs[id];
      if (is_debug_check(unit_.text(instr.macro))) return;
      if (instr.op == Op::call) call(id, instr);
      if (instr.op == Op::load) load(id, instr);
      if (instr.op == Op::phi && is_fast_items(unit_, id)) array(id);
      if (instr.op == Op::store) store(id, instr);
    });
    return std::move(borrows_);
  }

 private:
  void call(ValueId id, const Instr& instr) {
    const rules::CFunction* row = c_.effects.row(unit_, instr);
    if (row == nullptr) return;
    const auto argument = [&](int index) -> ValueId {
      return index >= 0 && static_cast<std::uint32_t>(index) < instr.list.count
                 ? unit_.value_lists[instr.list.first + static_cast<std::uint32_t>(index)]
                 : 0;
    };
    Borrow made;
    made.at = id;
    made.api = c_.program.callee_name(unit_, instr);
    made.instead = row->replacement;
    made.since = row->replacement_since;
    made.loop = in_loop(id);
    if (row->result == CResult::Borrowed && !row->replacement.empty()) {
      made.values = {id};
      made.container = argument(row->result_argument);
      switch (row->owner) {
        case COwner::Container:
        case COwner::Attribute: break;
        case COwner::Weak: made.kind = Borrow::Kind::weak; break;
        case COwner::Interpreter:
          made.kind = Borrow::Kind::process;
          made.container = 0;
          break;
        default: return;
      }
      if (made.container == 0 && made.kind != Borrow::Kind::process) return;
      borrows_.push_back(std::move(made));
      return;
    }
    if (row->result == CResult::Interior && row->owner == COwner::Container && row->object >= 0) {
      made.kind = Borrow::Kind::storage;
      made.values = {id};
      made.container = argument(row->object);
      if (made.instead.empty()) made.instead = "PyObject_GetBuffer";
      if (made.container != 0) borrows_.push_back(std::move(made));
      return;
    }
    if (made.api == "PyList_SET_ITEM") {
      made.kind = Borrow::Kind::overwrite;
      made.container = argument(0);
      made.instead = "PyList_SetItem";
      if (made.container != 0) borrows_.push_back(std::move(made));
      return;
    }
    // PyDict_Next: what it leaves in its arguments is borrowed.
    for (const rules::CArgument& use : row->arguments) {
      if (use.use != rules::CUse::OutBorrowed || use.owner != COwner::Container) continue;
      made.kind = Borrow::Kind::step;
      made.container = argument(use.owner_argument);
    }
    if (made.kind != Borrow::Kind::step || made.container == 0) return;
    for_each_instr(unit_, c_.program.function(f_), [&](ValueId o) {
      const Instr& left = unit_.instrs[o];
      if (left.op != Op::out || left.a != id) return;
      const rules::CArgument* use = row->use_of(static_cast<std::int8_t>(left.b));
      if (use != nullptr && use->use == rules::CUse::OutBorrowed) made.values.push_back(o);
    });
    borrows_.push_back(std::move(made));
  }

  void load(ValueId id, const Instr& instr) {
    const Place& place = unit_.places[instr.a];
    if (place.kind == PlaceKind::index) {
      const ValueId pointer = root_pointer(unit_, instr.a);
      if (pointer == kNone || unit_.places[place.parent].kind != PlaceKind::deref) return;
      const ValueId list = list_of_array(unit_, pointer);
      if (list == 0 || kept_array(pointer)) return;
      Borrow made;
      made.at = id;
      made.values = {id};
      made.container = list;
      made.loop = in_loop(id);
      made.api = unit_.text(instr.macro);
      const rules::CFunction* row = rules::c_macro(made.api);
      if (row == nullptr || row->result != CResult::Borrowed) {
        // PyList_GET_ITEM inside another macro, or the storage itself.
        made.api = instr.macro != 0 ? "PyList_GET_ITEM" : "ob_item";
        if (instr.macro == 0) made.loop = true;
      }
      made.instead = "PyList_GetItemRef";
      made.since = "3.13";
      borrows_.push_back(std::move(made));
      return;
    }
    array(id);
  }

  /// Whether the array itself is kept in a variable of the function.
  bool kept_array(ValueId pointer) const {
    const Instr& instr = unit_.instrs[pointer];
    if (instr.op == Op::phi) return true;
    const auto users = c_.sharing.uses(f_).of(pointer);
    if (users.size() != 1) return users.size() > 1;
    const Instr& user = unit_.instrs[users.front()];
    return user.op != Op::load && user.op != Op::store && user.op != Op::address;
  }

  void array(ValueId id) {
    const Instr& instr = unit_.instrs[id];
    const ValueId list = list_of_array(unit_, id);
    if (list == 0 || !kept_array(id)) return;
    if (instr.op == Op::load) {
      // The list's half of PySequence_Fast_ITEMS: what the two halves meet in stands for it.
      for (const ValueId user : c_.sharing.uses(f_).of(id)) {
        if (is_fast_items(unit_, user)) return;
      }
    }
    Borrow made;
    made.kind = Borrow::Kind::storage;
    made.at = id;
    made.values = {id};
    made.container = list;
    made.loop = true;
    made.api = instr.op == Op::phi ? "PySequence_Fast_ITEMS" : "ob_item";
    made.instead = "PySequence_Tuple";
    borrows_.push_back(std::move(made));
  }

  void store(ValueId id, const Instr& instr) {
    const Place& place = unit_.places[instr.a];
    if (place.kind != PlaceKind::index) return;
    const ValueId pointer = root_pointer(unit_, instr.a);
    if (pointer == kNone || unit_.places[place.parent].kind != PlaceKind::deref) return;
    const ValueId list = list_of_array(unit_, pointer);
    if (list == 0 || kept_array(pointer)) return;
    Borrow made;
    made.kind = Borrow::Kind::overwrite;
    made.at = id;
    made.container = list;
    made.api = "ob_item";
    made.instead = "PyList_SetItem";
    borrows_.push_back(std::move(made));
  }

  bool in_loop(ValueId id) const {
    const BlockId b = unit_.instrs[id].block;
    return c_.paths(f_).block_reaches(b, b);
  }

  const Context& c_;
  FunctionIndex f_;
  const Unit& unit_;
  std::vector<Borrow> borrows_;
};

}  // namespace

std::vector<Borrow> borrows_of(const Context& context, FunctionIndex function) {
  return Collector(context, function).run();
}

ValueId asked_object(const Context& context, FunctionIndex function, ValueId value) {
  const Unit& unit = context.unit(function);
  for (int step = 0; step < 4; ++step) {
    const Instr& instr = unit.instrs[value];
    if (instr.op != Op::call) break;
    const rules::CFunction* row = context.effects.row(unit, instr);
    if (row == nullptr || row->result != CResult::Alias || row->result_argument < 0 ||
        static_cast<std::uint32_t>(row->result_argument) >= instr.list.count) {
      break;
    }
    value = unit.value_lists[instr.list.first + static_cast<std::uint32_t>(row->result_argument)];
  }
  return value;
}

bool is_debug_check(std::string_view macro) {
  return macro == "assert";
}

}  // namespace gilcheck::clang_plugin
