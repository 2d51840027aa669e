// GIL503, GIL504 and GIL508: what is borrowed from a container that other threads can change, and
// walks over its storage.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "clang_plugin/detect/rules.h"
#include "clang_plugin/flow/lifetime.h"

namespace gilcheck::clang_plugin {

namespace {

using rules::COwner;
using rules::CResult;
using Level = SharedObject::Level;

/// One borrow: a reference, or a pointer into a container's storage.
struct Borrow {
  enum class Kind : std::uint8_t {
    item,       ///< a reference to an item
    step,       ///< PyDict_Next
    storage,    ///< a pointer into the storage
    overwrite,  ///< an item is stored without a look at who else uses the container
    weak,       ///< the referent of a weak reference
    process,    ///< from the interpreter's own tables
  };
  Kind kind = Kind::item;
  ValueId at = 0;               ///< where it stands
  std::vector<ValueId> values;  ///< what it gives
  ValueId container = 0;        ///< 0: the interpreter
  std::string api;              ///< "PyList_GetItem"
  std::string_view instead;
  std::string_view since;
  bool loop = false;
};

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

class Finder {
 public:
  Finder(const Context& context, FunctionIndex f, std::vector<Candidate>& out)
      : c_(context), f_(f), unit_(context.unit(f)), out_(out) {}

  void run() {
    collect();
    // By container: the worst that is done with it speaks for all.
    std::map<std::string, std::vector<const Borrow*>> groups;
    for (const Borrow& borrow : borrows_) groups[group_of(borrow)].push_back(&borrow);
    for (const auto& [name, group] : groups) judge(group);
  }

 private:
  std::string group_of(const Borrow& borrow) const {
    if (borrow.container == 0) return "interpreter";
    const Name name = name_of_value(c_.program, f_, underlying(borrow.container));
    const std::string weak = borrow.kind == Borrow::Kind::weak ? "weak " : "";
    if (!name.known()) return fmt::format("{}value {}", weak, borrow.container);
    return fmt::format("{}{} {} {}", weak, static_cast<int>(name.root), name.id, name.steps);
  }

  /// Through Py_NewRef, PySequence_Fast: the object that was asked for.
  ValueId underlying(ValueId value) const {
    for (int step = 0; step < 4; ++step) {
      const Instr& instr = unit_.instrs[value];
      if (instr.op != Op::call) break;
      const rules::CFunction* row = c_.effects.row(unit_, instr);
      if (row == nullptr || row->result != CResult::Alias || row->result_argument < 0 ||
          static_cast<std::uint32_t>(row->result_argument) >= instr.list.count) {
        break;
      }
      value =
          unit_.value_lists[instr.list.first + static_cast<std::uint32_t>(row->result_argument)];
    }
    return value;
  }

  bool in_loop(ValueId id) const {
    const BlockId b = unit_.instrs[id].block;
    return c_.paths(f_).block_reaches(b, b);
  }

  bool is_runtime(std::string_view macro) const {
    // The checks of assert() look at the object, and are not in the program.
    return macro == "assert";
  }

  void collect() {
    for_each_instr(unit_, c_.program.function(f_), [&](ValueId id) {
      const Instr& instr = unit_.instrs[id];
      if (is_runtime(unit_.text(instr.macro))) return;
      if (instr.op == Op::call) call(id, instr);
      if (instr.op == Op::load) load(id, instr);
      if (instr.op == Op::phi && is_fast_items(unit_, id)) array(id);
      if (instr.op == Op::store) store(id, instr);
    });
  }

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

  // ------------------------------------------------------------ uses

  /// A use of a borrow that needs the object: where, and the first switch point on the way if the
  /// reference has to survive one.
  struct Harm {
    ValueId use = 0;
    ValueId sure_switch = 0;   ///< Python code or another thread surely can run
    ValueId maybe_switch = 0;  ///< only with operands of types written in Python
    std::string what;
  };

  std::optional<Harm> harm_of(const Borrow& borrow) const {
    // Where an item is overwritten without a release, what was borrowed has become the function's
    // own.
    std::string container;
    if (borrow.container != 0) container = group_of(borrow);
    const auto ends = [&](ValueId id) {
      return std::any_of(borrows_.begin(), borrows_.end(), [&](const Borrow& other) {
        return other.kind == Borrow::Kind::overwrite && other.at == id &&
               group_of(other) == container;
      });
    };
    std::optional<Harm> found;
    for (const ValueId value : borrow.values) {
      for (const BorrowedUse& one :
           uses_while_borrowed(c_.program, c_.effects, f_, borrow.at, value, ends)) {
        const ReferenceUse& use = one.use;
        if (is_runtime(unit_.text(unit_.instrs[use.instr].macro)) &&
            use.kind != ReferenceUse::Kind::returned) {
          continue;
        }
        Harm harm{use.instr, one.sure_switch, one.maybe_switch, describe(use)};
        const auto rank = [](const Harm& h) {
          return h.sure_switch != 0 ? 2 : h.maybe_switch != 0 ? 1 : 0;
        };
        if (!found || rank(harm) > rank(*found)) found = std::move(harm);
      }
    }
    return found;
  }

  std::string describe(const ReferenceUse& use) const {
    switch (use.kind) {
      case ReferenceUse::Kind::incref: return "is given a reference";
      case ReferenceUse::Kind::pass: {
        const std::string_view callee = c_.callee_name(f_, use.instr);
        if (callee.empty()) return "is passed on";
        return fmt::format("is passed to {}", callee);
      }
      case ReferenceUse::Kind::store: return "is stored";
      case ReferenceUse::Kind::returned: return "is returned";
      default: return "is read";
    }
  }

  // ------------------------------------------------------------ locks

  /// A lock that keeps others off the container from the borrow to its use.
  bool guarded(const Borrow& borrow, ValueId last, const SharedObject& shared) const {
    const Name of = borrow.container == 0
                        ? Name{}
                        : name_of_value(c_.program, f_, underlying(borrow.container));
    const Name direct =
        borrow.container == 0 ? Name{} : name_of_value(c_.program, f_, borrow.container);
    for (const Held& held : c_.protecting(f_, borrow.at)) {
      if (held.kind == Held::Kind::shared) continue;
      const bool on_it = held.kind == Held::Kind::section && held.name.known() &&
                         (held.name == of || held.name == direct);
      // Python code takes no lock of the program.
      if (!on_it && shared.outside) continue;
      if (c_.locks.held_throughout(f_, held, borrow.at, last)) return true;
    }
    return false;
  }

  // ------------------------------------------------------------ judging

  struct Judged {
    const Borrow* borrow = nullptr;
    Harm harm;
    SharedObject shared;
    std::string_view rule;
  };

  /// Each reference that is borrowed is a finding of its own; the walks over one container are one,
  /// and stand for the single items that are borrowed from it.
  void judge(const std::vector<const Borrow*>& group) {
    const Paths& paths = c_.paths(f_);
    std::vector<Judged> found;
    for (const Borrow* borrow : group) {
      std::optional<Harm> harm = harm_of(*borrow);
      const bool walk =
          borrow->kind == Borrow::Kind::step || borrow->kind == Borrow::Kind::overwrite ||
          (borrow->loop && borrow->kind == Borrow::Kind::item && is_list_macro(*borrow));
      if (!harm && !walk) continue;
      // A pointer that is used while detached is GIL510's.
      if (borrow->kind == Borrow::Kind::storage && harm && harm->sure_switch != 0 &&
          c_.effects.detaches(c_.unit_index(f_), c_.instr(f_, harm->sure_switch))) {
        continue;
      }
      Judged one{borrow, harm.value_or(Harm{}), sharing_of(*borrow, paths), "GIL503"};
      if (one.shared.level == Level::none) continue;
      if (guarded(*borrow, harm ? harm->use : borrow->at, one.shared)) continue;
      if (borrow->kind != Borrow::Kind::storage &&
          (one.harm.sure_switch != 0 || (one.harm.maybe_switch != 0 && !walk))) {
        one.rule = "GIL504";
      } else if (walk || borrow->kind == Borrow::Kind::storage) {
        one.rule = "GIL508";
      }
      found.push_back(std::move(one));
    }
    const auto count = [&](std::string_view rule) {
      return static_cast<std::size_t>(std::count_if(
          found.begin(), found.end(), [&](const Judged& one) { return one.rule == rule; }));
    };
    const bool across = count("GIL504") != 0;
    const std::size_t walks = across ? 0 : count("GIL508");
    bool told = false;
    for (const Judged& one : found) {
      if (one.rule == "GIL508" && (across || told)) continue;
      if (one.rule == "GIL503" && walks != 0) continue;
      report(*one.borrow, one.harm, one.shared, one.rule, one.rule == "GIL508" ? walks - 1 : 0);
      told = told || one.rule == "GIL508";
    }
  }

  bool is_list_macro(const Borrow& borrow) const {
    return borrow.api == "PyList_GET_ITEM" || borrow.api == "PySequence_Fast_GET_ITEM" ||
           borrow.api == "ob_item";
  }

  SharedObject sharing_of(const Borrow& borrow, const Paths& paths) const {
    SharedObject out;
    if (borrow.kind == Borrow::Kind::process) {
      out.level = Level::medium;
      out.outside = true;
      out.why = fmt::format("{} borrows from the interpreter's own table", borrow.api);
      return out;
    }
    if (borrow.kind != Borrow::Kind::weak &&
        (moved_out(borrow, paths) || is_tuple(borrow, paths))) {
      return out;
    }
    out = c_.sharing.container(f_, borrow.container, borrow.at, paths);
    // PyList_SET_ITEM is for lists that are being filled: where it is not seen whose the list is,
    // that is what it is.
    if (borrow.kind == Borrow::Kind::overwrite && out.level == Level::medium) {
      out.level = Level::low;
    }
    if (borrow.kind == Borrow::Kind::weak) {
      // The weak reference keeps nothing alive, whoever has it.
      out.level = Level::high;
      out.outside = true;
      out.why = "a weak reference does not keep its referent alive";
      out.change.reset();
    }
    return out;
  }

  /// The container was taken out of the field it was kept in: this function is its only holder.
  bool moved_out(const Borrow& borrow, const Paths& paths) const {
    const ValueId container = underlying(borrow.container);
    const Instr& load = unit_.instrs[container];
    if (load.op != Op::load) return false;
    const Name kept = name_of_place(c_.program, f_, load.a);
    if (!kept.known()) return false;
    bool moved = false;
    for_each_instr(unit_, c_.program.function(f_), [&](ValueId id) {
      const Instr& store = unit_.instrs[id];
      if (store.op != Op::store || store.b == container || moved) return;
      moved = name_of_place(c_.program, f_, store.a) == kept && paths.dominates(container, id) &&
              paths.dominates(id, borrow.at);
    });
    return moved;
  }

  /// A test that dominates the borrow says that the container is a tuple.
  bool is_tuple(const Borrow& borrow, const Paths& paths) const {
    constexpr std::int64_t kTupleSubclass = std::int64_t{1} << 26;
    const Name of = name_of_value(c_.program, f_, borrow.container);
    bool tuple = false;
    for_each_instr(unit_, c_.program.function(f_), [&](ValueId id) {
      const Instr& test = unit_.instrs[id];
      if (tuple || test.op != Op::call || test.list.count != 2) return;
      const std::string_view callee = c_.program.callee_name(unit_, test);
      ValueId object = unit_.value_lists[test.list.first];
      const Instr& against = unit_.instrs[unit_.value_lists[test.list.first + 1]];
      if (callee == "PyType_HasFeature") {
        if (number(against) != kTupleSubclass) return;
        const Instr& type = unit_.instrs[object];
        if (type.op != Op::call || type.list.count != 1) return;
        object = unit_.value_lists[type.list.first];
      } else if (callee == "Py_IS_TYPE") {
        if (against.op != Op::address) return;
        const VarId type = root_variable(unit_, against.a);
        if (type == kNone || unit_.text(unit_.variables[type].name) != "PyTuple_Type") return;
      } else {
        return;
      }
      if (object != borrow.container && name_of_value(c_.program, f_, object) != of) return;
      const Block& block = unit_.blocks[test.block];
      if (block.exit != Exit::branch || block.value != id) return;
      const Block& yes = unit_.blocks[unit_.block_lists[block.succs.first]];
      if (yes.preds.count != 1) return;
      // An empty block has no instruction to ask about: look at where it leads.
      tuple = yes.instrs.count != 0
                  ? paths.dominates(unit_.instr_order[yes.instrs.first], borrow.at)
                  : paths.dominates(id, borrow.at) && leads_nowhere(block, paths, borrow.at);
    });
    return tuple;
  }

  /// The other side of a branch does not come to `at`: it fails.
  bool leads_nowhere(const Block& block, const Paths& paths, ValueId at) const {
    const BlockId no = unit_.block_lists[block.succs.first + 1];
    const BlockId there = unit_.instrs[at].block;
    return no != there && !paths.block_reaches(no, there);
  }

  std::int64_t number(const Instr& instr) const {
    if (instr.op == Op::integer) return instr.number;
    if (instr.op == Op::binary && instr.code == Operator::shl) {
      const std::int64_t by = number(unit_.instrs[instr.b]);
      return by >= 0 && by < 62 ? number(unit_.instrs[instr.a]) << by : 0;
    }
    return 0;
  }

  std::string container_text(const Borrow& borrow) const {
    if (borrow.container == 0) return "the interpreter";
    const ValueId of = underlying(borrow.container);
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

  void report(const Borrow& borrow, const Harm& harm, const SharedObject& shared,
              std::string_view rule, std::size_t more) {
    Candidate found;
    found.rule = rule;
    found.location_kind = "c-reference";
    const std::string container = container_text(borrow);
    found.location_name = container;
    switch (shared.level) {
      case Level::high: found.confidence = Confidence::high; break;
      case Level::medium: found.confidence = Confidence::medium; break;
      default: found.confidence = Confidence::low; break;
    }
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
    out_.push_back(std::move(found));
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

  void window(Candidate& found, const Harm& harm) {
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

  void say_harm(Candidate& found, const Borrow& borrow, const Harm& harm, std::string_view rule,
                const std::string& container) {
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
  std::vector<Candidate>& out_;
  std::vector<Borrow> borrows_;
};

}  // namespace

void borrowed_from_container(const Context& context, FunctionIndex function,
                             std::vector<Candidate>& out) {
  constexpr std::uint8_t kOthersRun = kReachShared | kReachConstruct;
  if ((context.program.functions()[function].reach & kOthersRun) == 0) return;
  if (is_generator_runtime(context, function)) return;
  Finder(context, function, out).run();
}

}  // namespace gilcheck::clang_plugin
