// GIL503, GIL504 and GIL508: what is borrowed from a container that other threads can change, and
// walks over its storage. Which borrows are findings, and of which rule.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "clang_plugin/detect/borrows.h"
#include "clang_plugin/detect/rules.h"
#include "clang_plugin/flow/lifetime.h"

namespace gilcheck::clang_plugin {

namespace {

using Level = SharedObject::Level;

class Finder {
 public:
  Finder(const Context& context, FunctionIndex f, std::vector<Candidate>& out)
      : c_(context), f_(f), unit_(context.unit(f)), out_(out), borrows_(borrows_of(context, f)) {}

  void run() {
    // By container: the worst that is done with it speaks for all.
    std::map<std::string, std::vector<const Borrow*>> groups;
    for (const Borrow& borrow : borrows_) groups[group_of(borrow)].push_back(&borrow);
    for (const auto& [name, group] : groups) judge(group);
  }

 private:
  std::string group_of(const Borrow& borrow) const {
    if (borrow.container == 0) return "interpreter";
    const Name name = name_of_value(c_.program, f_, asked_object(c_, f_, borrow.container));
    const std::string weak = borrow.kind == Borrow::Kind::weak ? "weak " : "";
    if (!name.known()) return fmt::format("{}value {}", weak, borrow.container);
    return fmt::format("{}{} {} {}", weak, static_cast<int>(name.root), name.id, name.steps);
  }

  /// Where items of a container are overwritten; sorted.
  std::vector<ValueId> overwrites_in(const std::string& container) const {
    std::vector<ValueId> out;
    for (const Borrow& other : borrows_) {
      if (other.kind != Borrow::Kind::overwrite || group_of(other) != container) continue;
      out.push_back(other.at);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  // ------------------------------------------------------------ uses

  std::optional<BorrowHarm> harm_of(const Borrow& borrow) const {
    // Where an item is overwritten without a release, what was borrowed has become the function's
    // own.
    std::vector<ValueId> overwritten;
    if (borrow.container != 0) overwritten = overwrites_in(group_of(borrow));
    const auto ends = [&](ValueId id) {
      return std::binary_search(overwritten.begin(), overwritten.end(), id);
    };
    std::optional<BorrowHarm> found;
    for (const ValueId value : borrow.values) {
      for (const BorrowedUse& one :
           uses_while_borrowed(c_.program, c_.effects, f_, borrow.at, value, ends)) {
        const ReferenceUse& use = one.use;
        if (is_debug_check(unit_.text(unit_.instrs[use.instr].macro)) &&
            use.kind != ReferenceUse::Kind::returned) {
          continue;
        }
        BorrowHarm harm{use.instr, one.sure_switch, one.maybe_switch, describe(use)};
        const auto rank = [](const BorrowHarm& h) {
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
                        : name_of_value(c_.program, f_, asked_object(c_, f_, borrow.container));
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

  /// Up to here each borrowed item has a finding of its own.
  static constexpr std::size_t kFewItems = 2;

  struct Judged {
    const Borrow* borrow = nullptr;
    BorrowHarm harm;
    SharedObject shared;
    std::string_view rule;
  };

  /// Each reference that is borrowed is a finding of its own; the walks over one container are one,
  /// and stand for the single items that are borrowed from it. So does the first of many items.
  void judge(const std::vector<const Borrow*>& group) {
    const Paths& paths = c_.paths(f_);
    std::vector<Judged> found;
    for (const Borrow* borrow : group) {
      std::optional<BorrowHarm> harm = harm_of(*borrow);
      const bool walk =
          borrow->kind == Borrow::Kind::step || borrow->kind == Borrow::Kind::overwrite ||
          (borrow->loop && borrow->kind == Borrow::Kind::item && is_list_macro(*borrow));
      if (!harm && !walk) continue;
      // A pointer that is used while detached is GIL510's.
      if (borrow->kind == Borrow::Kind::storage && harm && harm->sure_switch != 0 &&
          c_.effects.detaches(c_.unit_index(f_), c_.instr(f_, harm->sure_switch))) {
        continue;
      }
      Judged one{borrow, harm.value_or(BorrowHarm{}), sharing_of(*borrow, paths), "GIL503"};
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
    // Many items of one list, one after the other: one finding says it.
    const std::size_t items = count("GIL503") > kFewItems ? count("GIL503") : 0;
    bool told = false;
    bool told_item = false;
    for (const Judged& one : found) {
      if (one.rule == "GIL508" && (across || told)) continue;
      if (one.rule == "GIL503" && (walks != 0 || (items != 0 && told_item))) continue;
      const std::size_t all = one.rule == "GIL508" ? walks : one.rule == "GIL503" ? items : 0;
      report_borrow(c_, f_, *one.borrow, one.harm, one.shared, one.rule, all == 0 ? 0 : all - 1,
                    out_);
      told = told || one.rule == "GIL508";
      told_item = told_item || one.rule == "GIL503";
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
    const ValueId container = asked_object(c_, f_, borrow.container);
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

  const Context& c_;
  FunctionIndex f_;
  const Unit& unit_;
  std::vector<Candidate>& out_;
  const std::vector<Borrow> borrows_;
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
