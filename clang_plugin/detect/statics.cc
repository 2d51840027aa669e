// GIL505, GIL506: static and global variables that several threads change.

#include <fmt/format.h>

#include <algorithm>

#include "clang_plugin/detect/caller_locks.h"
#include "clang_plugin/detect/ordering.h"
#include "clang_plugin/detect/rules.h"
#include "clang_plugin/link/generated.h"

namespace gilcheck::clang_plugin {

namespace {

class Statics {
 public:
  Statics(const Context& context, std::vector<Candidate>& out) : c_(context), out_(out) {}

  void run() {
    std::vector<GlobalIndex> rest;
    for (GlobalIndex g = 0; g < c_.program.globals().size(); ++g) {
      if (c_.globals.of(g).what != GlobalClass::unlocked || of_generator(g)) continue;
      if (!lazily_initialised(g)) rest.push_back(g);
    }
    for (const GlobalIndex g : rest) mutable_static(g, filled_lazily(g));
  }

 private:
  bool of_generator(GlobalIndex g) const {
    const GlobalNode& node = c_.program.globals()[g];
    const Unit& unit = c_.program.unit(node.unit);
    return !declared_by_author(unit, unit.text(unit.variables[node.id].name));
  }

  const Type& type_of(GlobalIndex g) const {
    const GlobalNode& node = c_.program.globals()[g];
    const Unit& unit = c_.program.unit(node.unit);
    return unit.types[unit.variables[node.id].type];
  }

  bool is_object_pointer(GlobalIndex g) const {
    const GlobalNode& node = c_.program.globals()[g];
    const Unit& unit = c_.program.unit(node.unit);
    const Type& type = type_of(g);
    if (type.kind != TypeKind::pointer) return false;
    const Type& inner = unit.types[type.inner];
    return inner.kind == TypeKind::record && inner.record != kNone &&
           unit.records[inner.record].object;
  }

  std::string kind_of(GlobalIndex g) const {
    const GlobalNode& node = c_.program.globals()[g];
    return c_.program.unit(node.unit).variables[node.id].storage == Storage::global ? "c-global"
                                                                                    : "c-static";
  }

  bool locked(const GlobalTouch& touch) const {
    for (const Held& held : c_.protecting(touch.function, touch.instr)) {
      if (held.kind == Held::Kind::once) return true;
      if (held.kind == Held::Kind::shared && touch.write) continue;  // other readers are there, too
      if (held.name.root == Name::Root::global || held.name.root == Name::Root::getter) return true;
    }
    return false;
  }

  /// The lock that a write holds as a reader only; "" if there is none.
  std::string reader_lock(const Touch& touch) const {
    if (touch.kind != AccessKind::update && touch.kind != AccessKind::write) return "";
    for (const Held& held : c_.protecting(touch.function, touch.instr)) {
      if (held.kind != Held::Kind::shared || held.name.root != Name::Root::global) continue;
      return c_.program.globals()[held.name.id].name + held.name.steps;
    }
    return "";
  }

  AccessKind kind_of(const GlobalTouch& touch) const {
    return touch.update ? AccessKind::update : touch.write ? AccessKind::write : AccessKind::read;
  }

  /// Cython declares all variables in one place: the author does where they get their first value.
  At declaration(const GlobalNode& node) const {
    const Unit& unit = c_.program.unit(node.unit);
    if (from_cython(unit)) {
      for (const GlobalAccess& access : node.accesses) {
        if (access.use == GlobalUse::store && c_.only_init(access.function)) {
          return At{c_.unit_index(access.function), c_.instr(access.function, access.instr).pos};
        }
      }
    }
    return At{node.unit, unit.variables[node.id].pos};
  }

  void finish(Candidate& found, GlobalIndex g, const std::vector<GlobalTouch>& rest) {
    const GlobalNode& node = c_.program.globals()[g];
    found.location_kind = kind_of(g);
    found.location_name = node.name;
    const FunctionIndex f = found.region.front().function;
    say_shared(c_, found, f, unlocked_caller(c_, f));
    found.evidence.insert(
        found.evidence.begin(),
        {EvidenceKind::shared, fmt::format("{} is one variable for all threads", node.name),
         declaration(node)});
    // Who else: writers first, then other functions, then the same code.
    for (const bool writes : {true, false}) {
      for (const GlobalTouch& touch : rest) {
        if (found.conflicts.size() >= 3) break;
        if (touch.write != writes) continue;
        const bool own = std::any_of(found.region.begin(), found.region.end(), [&](const Touch& t) {
          return t.instr == touch.instr && t.function == touch.function;
        });
        if (own && !touch.write) continue;
        found.conflicts.push_back({touch.function, touch.instr, kind_of(touch),
                                   own ? "the same code in another thread" : ""});
      }
    }
    std::vector<std::string> locks;
    for (const GlobalTouch& touch : rest) {
      for (const Held& held : c_.protecting(touch.function, touch.instr)) {
        if (held.name.root != Name::Root::global && held.name.root != Name::Root::getter) continue;
        std::string text = held.text(c_.program, touch.function);
        if (std::find(locks.begin(), locks.end(), text) == locks.end()) locks.push_back(text);
      }
    }
    if (const std::string shared = reader_lock(found.region.back()); !shared.empty()) {
      say(found, EvidenceKind::guard,
          fmt::format("{} is held for reading only: others that read are there at once", shared));
    } else if (say_mixed_callers(c_, found, f)) {
    } else if (locks.empty()) {
      say(found, EvidenceKind::guard, "no access to it holds a lock");
    } else {
      say(found, EvidenceKind::guard,
          fmt::format("{} is held at some accesses, not at this one", locks.front()));
    }
  }

  // ------------------------------------------------------------ GIL506

  /// `if (g == NULL) g = make();` with no lock from the test to the store.
  bool lazily_initialised(GlobalIndex g) {
    const GlobalFacts& facts = c_.globals.of(g);
    for (const bool outside : {false, true}) {  // the lock is taken after the test, or never
      for (const GlobalTouch& write : facts.shared) {
        if (!write.write || write.update || locked(write) != outside) continue;
        if (!c_.runs_shared(write.function) && !constructs(write.function)) continue;
        const Unit& unit = c_.unit(write.function);
        if (unit.instrs[write.instr].op != Op::store) continue;
        const std::vector<ValueId> tests = absence_tests(write.function, write.instr);
        if (tests.empty()) continue;
        for (const GlobalTouch& test : facts.shared) {
          if (test.write || test.function != write.function) continue;
          if (std::find(tests.begin(), tests.end(), test.instr) == tests.end()) continue;
          if (outside && locked(test)) continue;
          if (taken_back(g, write)) break;
          lazy_.push_back({write.function, test.instr});
          report_lazy(g, test, write);
          return true;
        }
      }
    }
    return false;
  }

  /// Set to nothing again in the same function: a mark of what is going on, not an initialisation.
  bool taken_back(GlobalIndex g, const GlobalTouch& write) const {
    for (const GlobalTouch& touch : c_.globals.of(g).shared) {
      if (touch.function != write.function || !touch.write) continue;
      const Unit& unit = c_.unit(touch.function);
      const Instr& store = unit.instrs[touch.instr];
      if (store.op != Op::store || !c_.paths(touch.function).can_follow(write.instr, touch.instr)) {
        continue;
      }
      const Instr& value = unit.instrs[store.b];
      if (value.op == Op::null || (value.op == Op::integer && value.number == 0)) return true;
    }
    return false;
  }

  /// A call that changes nothing: what the number is made from.
  bool only_asks(FunctionIndex f, ValueId call) const {
    const rules::CFunction* row = c_.effects.row(c_.unit(f), c_.instr(f, call));
    return c_.callee_name(f, call).starts_with("__errno") ||
           (row != nullptr && row->act == rules::CAct::HiddenState &&
            row->kind == rules::CKind::EnvironmentRead);
  }

  /// Under the test more happens than filling this one number: others are filled, functions called.
  bool announces(const GlobalTouch& test, const GlobalTouch& write) const {
    const FunctionIndex f = write.function;
    const Unit& unit = c_.unit(f);
    const Paths& paths = c_.paths(f);
    bool found = false;
    for_each_instr(unit, c_.program.function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (found || id == write.instr) return;
      const bool acts = instr.op == Op::store ? true : instr.op == Op::call && !only_asks(f, id);
      if (!acts) return;
      for (const BlockId b : paths.controlling(instr.block)) {
        const ValueId condition = unit.blocks[b].value;
        if (condition != kNone && depends_on(unit, condition, test.instr)) found = true;
      }
    });
    return found;
  }

  /// All that writes it runs under the test of another variable that is initialised on first use:
  /// its finding stands for this one, which is only shown on request.
  bool filled_lazily(GlobalIndex g) const {
    bool any = false;
    for (const GlobalTouch& touch : c_.globals.of(g).shared) {
      if (!touch.write || !touch.certain) continue;
      any = true;
      if (!under_lazy_test(touch.function, touch.instr, 0)) return false;
    }
    return any;
  }

  bool under_lazy_test(FunctionIndex f, ValueId at, int depth) const {
    const Unit& unit = c_.unit(f);
    for (const auto& [function, test] : lazy_) {
      if (function != f) continue;
      for (const BlockId b : c_.paths(f).controlling(unit.instrs[at].block)) {
        const ValueId condition = unit.blocks[b].value;
        if (condition != kNone && depends_on(unit, condition, test)) return true;
      }
    }
    const FunctionNode& node = c_.program.functions()[f];
    if (depth > 3 || node.callers.empty() || !node.entries.empty()) return false;
    return std::all_of(node.callers.begin(), node.callers.end(), [&](std::uint32_t index) {
      const CallSite& site = c_.program.call_sites()[index];
      return under_lazy_test(site.caller, site.call, depth + 1);
    });
  }

  /// `!flag` as a whole.
  ValueId condition_of(const GlobalTouch& test) const {
    const Unit& unit = c_.unit(test.function);
    ValueId found = test.instr;
    for_each_instr(unit, c_.program.function(test.function), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (instr.op == Op::unary && instr.code == Operator::not_ && instr.a == test.instr &&
          (instr.flags & kFlagTest) != 0) {
        found = id;
      }
    });
    return found;
  }

  bool constructs(FunctionIndex f) const {
    return (c_.program.functions()[f].reach & (kReachConstruct | kReachDestroy)) != 0;
  }

  static bool is_none(const Unit& unit, const Instr& value) {
    const VarId variable = value.op == Op::address ? root_variable(unit, value.a) : kNone;
    return variable != kNone && unit.text(unit.variables[variable].name) == "_Py_NoneStruct";
  }

  /// Loads of which the value was null or zero if the store runs, which makes it something else.
  std::vector<ValueId> absence_tests(FunctionIndex f, ValueId store) const {
    const Unit& unit = c_.unit(f);
    const Paths& paths = c_.paths(f);
    std::vector<ValueId> out;
    const Instr& stored = unit.instrs[unit.instrs[store].b];
    if (stored.op == Op::null || (stored.op == Op::integer && stored.number == 0)) return out;
    for (const BlockId b : paths.controlling(unit.instrs[store].block)) {
      const Block& block = unit.blocks[b];
      if (block.exit != Exit::branch) continue;
      ValueId test = block.value;
      bool absent_if = false;  // the value of the condition that means absence
      const Instr& condition = unit.instrs[test];
      if (condition.op == Op::binary &&
          (condition.code == Operator::eq || condition.code == Operator::ne)) {
        const Instr& right = unit.instrs[condition.b];
        const Instr& left = unit.instrs[condition.a];
        const auto nothing = [&](const Instr& i) {
          return i.op == Op::null || (i.op == Op::integer && i.number <= 0) || is_none(unit, i);
        };
        if (nothing(right)) {
          test = condition.a;
        } else if (nothing(left)) {
          test = condition.b;
        } else {
          continue;
        }
        absent_if = condition.code == Operator::eq;
      } else if (condition.op == Op::unary && condition.code == Operator::not_) {
        test = condition.a;
        absent_if = true;
      }
      if (unit.instrs[test].op != Op::load) continue;
      // Which side leads to the store?
      const BlockId on_true = unit.block_lists[block.succs.first];
      const BlockId on_false = unit.block_lists[block.succs.first + 1];
      const BlockId target = unit.instrs[store].block;
      const bool from_true = on_true == target || paths.block_reaches(on_true, target);
      const bool from_false = on_false == target || paths.block_reaches(on_false, target);
      if (from_true == from_false) continue;
      if (from_true == absent_if) out.push_back(test);
    }
    return out;
  }

  /// What is stored is a new dict, list or set, for things to be kept in.
  bool stores_container(const GlobalTouch& write) const {
    const Unit& unit = c_.unit(write.function);
    const Origin from = c_.references.origin(write.function, unit.instrs[write.instr].b);
    if (from.kind != Origin::Kind::fresh) return false;
    const std::string_view made_by = c_.callee_name(write.function, from.source);
    return made_by == "PyDict_New" || made_by == "PyList_New" || made_by == "PySet_New";
  }

  void report_lazy(GlobalIndex g, const GlobalTouch& test, const GlobalTouch& write) {
    const GlobalNode& node = c_.program.globals()[g];
    Candidate found;
    found.rule = "GIL506";
    found.region = {
        {test.function, condition_of(test), AccessKind::test, "tests whether it is there"},
        {write.function, write.instr, AccessKind::write, "fills it"}};
    const bool object = is_object_pointer(g);
    const bool flag = type_of(g).kind == TypeKind::integer || type_of(g).kind == TypeKind::boolean;
    found.message = fmt::format("{} is initialised on first use without a lock", node.name);
    // With the lock around the store it runs once; only its order is not seen by those who test.
    const bool once = locked(write);
    found.confidence = locked(test) ? Confidence::low
                       : once       ? Confidence::medium
                                    : Confidence::high;
    const bool number = !object && type_of(g).kind != TypeKind::pointer && !announces(test, write);
    if (number) found.confidence = Confidence::low;
    // Whichever object stays, it serves: unless something is kept in it.
    const bool container = object && stores_container(write);
    if (object && !container && found.confidence == Confidence::high) {
      found.confidence = Confidence::medium;
    }
    // One element or field of it: others may be ordered by something else.
    const TypeKind kind = type_of(g).kind;
    if (found.confidence == Confidence::high &&
        (kind == TypeKind::array || kind == TypeKind::record)) {
      found.confidence = Confidence::medium;
    }
    finish(found, g, c_.globals.of(g).shared);
    say_window(c_, found, test.function, test.instr, write.instr);
    if (number) {
      say(found, EvidenceKind::harm, "two threads both find out the same number and store it");
    } else if (once) {
      say(found, EvidenceKind::harm,
          "a thread can see it set before it sees what was made ready under the lock");
    } else if (object) {
      say(found, EvidenceKind::harm,
          container
              ? "two threads each make one: what was put into the first is lost with it, and its "
                "reference leaks"
              : "two threads each make one: identities differ and one reference leaks");
    } else if (flag) {
      say(found, EvidenceKind::harm,
          "the initialisation runs twice, or another thread sees the flag before what it "
          "announces");
    } else {
      say(found, EvidenceKind::harm,
          "two threads both initialise it: one result is lost, or used half made");
    }
    say(found, EvidenceKind::fix,
        "fill it in the module's exec function, or under a PyMutex held from the test to the "
        "store, "
        "or with a once-only call");
    out_.push_back(std::move(found));
  }

  // ------------------------------------------------------------ GIL505

  void mutable_static(GlobalIndex g, bool lazily) {
    const GlobalFacts& facts = c_.globals.of(g);
    const GlobalNode& node = c_.program.globals()[g];
    const GlobalTouch* worst = nullptr;
    int best = -1;
    std::string harm;
    for (const GlobalTouch& touch : facts.shared) {
      if (!touch.write || locked(touch)) continue;
      std::string says;
      const int weight = harm_of(g, touch, says);
      if (weight <= best) continue;
      best = weight;
      worst = &touch;
      harm = says;
      if (best == kWorst) break;
    }
    if (worst == nullptr) return;
    Candidate found;
    found.rule = "GIL505";
    const bool atomic = type_of(g).atomic;
    found.message = node.name + (atomic ? " is read and written in two atomic steps, not in one"
                                        : " is changed without a lock");
    found.confidence = best >= 3   ? Confidence::high
                       : best == 2 ? Confidence::medium
                                   : Confidence::low;
    // What is done with its address is not seen; through a pointer not even by whom.
    if (!worst->certain) {
      const Instr& call = c_.instr(worst->function, worst->instr);
      const bool direct = call.op == Op::construct || (call.op == Op::call && call.a != kNone);
      found.confidence = std::min(found.confidence, direct ? Confidence::medium : Confidence::low);
    }
    if (lazily) found.confidence = Confidence::low;
    ValueId first = counterpart(g, *worst);
    if (const ValueId test = test_of(g, *worst); test != kNone) first = test;
    if (first != worst->instr) {
      found.region.push_back({worst->function, first, AccessKind::read, ""});
    }
    found.region.push_back({worst->function, worst->instr, kind_of(*worst), ""});
    finish(found, g, facts.shared);
    if (found.region.size() > 1) {
      say_window(c_, found, worst->function, first, worst->instr);
    } else {
      found.window = WindowClass::gil_masked;
      say(found, EvidenceKind::gil,
          "with the GIL one thread at a time is here; without it two threads use it at once");
    }
    say(found, EvidenceKind::harm, harm);
    say(found, EvidenceKind::fix,
        atomic ? "one atomic operation for both: `x += n`, atomic_fetch_add, a compare-and-exchange"
               : "keep it in the module state under a PyMutex, make it atomic, or thread-local");
    out_.push_back(std::move(found));
  }

  /// The first load of the variable that decides whether the write happens.
  ValueId test_of(GlobalIndex g, const GlobalTouch& write) const {
    const Unit& unit = c_.unit(write.function);
    const Paths& paths = c_.paths(write.function);
    const std::vector<BlockId> branches = paths.controlling(unit.instrs[write.instr].block);
    if (branches.empty()) return kNone;
    for (const GlobalTouch& touch : c_.globals.of(g).shared) {
      if (touch.function != write.function || touch.write) continue;
      if (unit.instrs[touch.instr].op != Op::load || touch.instr == write.instr) continue;
      if (!paths.dominates(touch.instr, write.instr)) continue;
      for (const BlockId b : branches) {
        const ValueId condition = unit.blocks[b].value;
        if (condition != kNone && depends_on(unit, condition, touch.instr)) return touch.instr;
      }
    }
    return kNone;
  }

  /// The load that a store's value depends on: `n = n + 1`, Py_XSETREF; else the store itself.
  ValueId counterpart(GlobalIndex g, const GlobalTouch& write) const {
    const FunctionIndex f = write.function;
    const Unit& unit = c_.unit(f);
    if (unit.instrs[write.instr].op != Op::store) return write.instr;
    ValueId best = write.instr;
    const auto consider = [&](ValueId load) {
      if (!loads(g, f, load) || !c_.paths(f).can_follow(load, write.instr)) return false;
      if (best != write.instr && !stands_before(c_, f, best, load)) return false;
      return true;
    };
    for (const ValueId value : made_from(unit, unit.instrs[write.instr].b)) {
      if (consider(value)) best = value;
    }
    for (const ValueId call : c_.releases(f)) {
      const ValueId value = unit.value_lists[unit.instrs[call].list.first];
      if (consider(value) && released_near(c_, f, value, write.instr)) best = value;
    }
    return best;
  }

  bool loads(GlobalIndex g, FunctionIndex f, ValueId value) const {
    const Unit& unit = c_.unit(f);
    if (unit.instrs[value].op != Op::load) return false;
    const VarId variable = root_variable(unit, unit.instrs[value].a);
    return variable != kNone && c_.program.global(c_.unit_index(f), variable) == g;
  }

  static constexpr int kWorst = 4;
  /// 4 memory is freed twice or used after; 3 an update is lost or a buffer torn; 2 stale pointers;
  /// 1 one word is replaced.
  int harm_of(GlobalIndex g, const GlobalTouch& touch, std::string& says) const {
    const Type& type = type_of(g);
    const Unit& unit = c_.unit(touch.function);
    const Instr& instr = unit.instrs[touch.instr];
    const ValueId first = instr.op == Op::store ? counterpart(g, touch) : touch.instr;
    if (first != touch.instr && type.kind == TypeKind::pointer &&
        released_near(c_, touch.function, first, touch.instr)) {
      says = "two threads read the same old value and both release it: use after free";
      return 4;
    }
    if (touch.update || first != touch.instr) {
      says =
          "two threads read the same value and the later store overwrites the other: one update is "
          "lost";
      return 3;
    }
    if (type.kind == TypeKind::array || type.kind == TypeKind::record) {
      says = "one thread overwrites what another is still using";
      return touch.certain ? 3 : 2;
    }
    if (type.kind == TypeKind::pointer) {
      says = "a reader can use what the pointer meant before, or after it was released";
      return 2;
    }
    says = "other threads may see the new value late, or never";
    return 1;
  }

  const Context& c_;
  std::vector<Candidate>& out_;
  std::vector<std::pair<FunctionIndex, ValueId>>
      lazy_;  // tests of what is initialised on first use
};

}  // namespace

void unlocked_statics(const Context& context, std::vector<Candidate>& out) {
  Statics(context, out).run();
}

}  // namespace gilcheck::clang_plugin
