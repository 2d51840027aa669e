// GIL507, GIL516: fields of objects that methods change without a lock.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "clang_plugin/detect/rules.h"

namespace gilcheck::clang_plugin {

namespace {

/// What protects an access to a field of an object, by a name that is the same wherever the field is
/// touched; "" if nothing does.
struct Protection {
  std::string key;   ///< "section", "self.lock", "global lock"; "?" if something else is held
  std::string text;  ///< for people
};

class ObjectState {
 public:
  ObjectState(const Context& context, std::vector<Candidate>& out) : c_(context), out_(out) {}

  void run() {
    for (const FieldFacts& field : c_.fields().all()) {
      if (is_lock(field)) continue;
      judge(field);
    }
  }

 private:
  struct Judged {
    const FieldTouch* touch = nullptr;
    Protection protection;
  };

  bool is_lock(const FieldFacts& field) const {
    const Unit& unit = c_.program.unit(field.unit);
    const Type& type = unit.types[unit.fields[field.id].type];
    const std::string_view name =
        type.record == kNone ? unit.text(type.text) : unit.text(unit.records[type.record].name);
    return type.atomic || name == "PyMutex" || name == "_PyOnceFlag" ||
           name.starts_with("pthread_") || name.starts_with("std::") ||
           (type.kind == TypeKind::record && unit.records[type.record].object);  // ob_base
  }

  Protection protection(const FieldTouch& touch) const {
    const std::vector<Held> held = c_.protecting(touch.function, touch.instr);
    if (held.empty()) return {};
    const Name base = touch.base == kNone
                          ? Name{}
                          : name_of_value(c_.program, touch.function, touch.base);
    Protection best;
    for (const Held& h : held) {
      const std::string text = h.text(c_.program, touch.function);
      if (h.kind == Held::Kind::shared && touch.write) continue;
      if (base.known() && h.name.root == base.root && h.name.id == base.id &&
          h.name.steps.starts_with(base.steps)) {
        const std::string rest = h.name.steps.substr(base.steps.size());
        return {(h.kind == Held::Kind::section ? "section" : "lock") + rest, text};
      }
      if (h.name.root == Name::Root::global || h.name.root == Name::Root::getter) {
        return {"global " + text, text};
      }
      best = {"?", text};
    }
    return best;
  }

  void judge(const FieldFacts& field) {
    std::vector<Judged> shared;
    bool written = false;
    for (const FieldTouch& touch : field.touches) {
      if (touch.exclusive || touch.init || touch.atomic) continue;
      if (!c_.runs_shared(touch.function)) continue;
      shared.push_back({&touch, protection(touch)});
      written = written || touch.write;
    }
    if (!written) return;
    std::map<std::string, std::size_t> locks;
    std::string lock_text;
    for (const Judged& j : shared) {
      if (j.protection.key.empty() || j.protection.key == "?") continue;
      if (++locks[j.protection.key] == 1 && lock_text.empty()) lock_text = j.protection.text;
    }
    const std::size_t guarded = locks.empty() ? 0 : std::max_element(
        locks.begin(), locks.end(),
        [](const auto& a, const auto& b) { return a.second < b.second; })->second;

    const Judged* worst = nullptr;
    ValueId first = 0;
    int best = 0;
    std::string harm;
    for (const Judged& j : shared) {
      if (!j.protection.key.empty()) continue;
      std::string says;
      ValueId begins = j.touch->instr;
      const int weight = j.touch->write ? harm_of_write(*j.touch, begins, says)
                                        : harm_of_read(field, *j.touch, shared, says);
      if (weight <= best) continue;
      best = weight;
      worst = &j;
      harm = says;
      first = begins;
    }
    if (worst == nullptr) return;
    report(field, shared, *worst, first, best, harm, guarded, lock_text);
  }

  /// The load that a store depends on, or whose value it releases.
  ValueId counterpart(const FieldTouch& write, bool& dropped) const {
    const FunctionIndex f = write.function;
    const Unit& unit = c_.unit(f);
    dropped = false;
    const Instr& store = unit.instrs[write.instr];
    if (store.op != Op::store) return write.instr;
    ValueId found = write.instr;
    for_each_instr(unit, c_.program.function(f), [&](ValueId id) {
      const Instr& load = unit.instrs[id];
      if (load.op != Op::load || load.a != store.a) return;
      if (!c_.paths(f).can_follow(id, write.instr)) return;
      if (depends(unit, store.b, id, 0)) {
        if (found == write.instr) found = id;
        return;
      }
      if (released(f, id, write.instr)) {
        dropped = true;
        found = id;
      }
    });
    return found;
  }

  static bool depends(const Unit& unit, ValueId value, ValueId on, int depth) {
    if (value == on) return true;
    if (depth > 6) return false;
    const Instr& instr = unit.instrs[value];
    if (instr.op == Op::binary) {
      return depends(unit, instr.a, on, depth + 1) || depends(unit, instr.b, on, depth + 1);
    }
    return instr.op == Op::unary && depends(unit, instr.a, on, depth + 1);
  }

  /// The loaded value gives up its reference or memory near the store that replaces it.
  bool released(FunctionIndex f, ValueId load, ValueId store) const {
    const Unit& unit = c_.unit(f);
    bool found = false;
    for_each_instr(unit, c_.program.function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (found || instr.op != Op::call || instr.list.count == 0) return;
      const rules::CFunction* row = c_.effects.row(unit, instr);
      if (row == nullptr) return;
      if (row->act != rules::CAct::Decref && row->act != rules::CAct::Free &&
          row->act != rules::CAct::Reallocate) {
        return;
      }
      const ValueId what = unit.value_lists[instr.list.first];
      if (what != load) return;
      found = c_.paths(f).can_follow(store, id) || c_.paths(f).can_follow(id, store);
    });
    return found;
  }

  int harm_of_write(const FieldTouch& touch, ValueId& first, std::string& says) const {
    const Unit& unit = c_.unit(touch.function);
    const Instr& instr = unit.instrs[touch.instr];
    if (instr.op == Op::call) {  // Py_CLEAR and the like as functions
      says = "two threads release the same old value: use after free";
      return 4;
    }
    bool dropped = false;
    first = counterpart(touch, dropped);
    const bool pointer = unit.types[instr.type].kind == TypeKind::pointer;
    if (dropped && pointer) {
      says = "two threads load the same old value and both release it: use after free";
      return 4;
    }
    if (touch.nested) {
      says = "one thread changes its contents while another uses them";
      return first != touch.instr ? 3 : 2;
    }
    if (touch.update || first != touch.instr) {
      says = "two threads read the same value and the later store overwrites the other: one update is "
             "lost";
      return 3;
    }
    if (pointer) {
      says = "another thread still uses what the pointer meant before";
      return 2;
    }
    says = "other threads may see the new value late, or with older values of other fields";
    return 1;
  }

  /// A read without the lock under which the field is replaced, whose value is then used.
  int harm_of_read(const FieldFacts&, const FieldTouch& touch, const std::vector<Judged>& shared,
                   std::string& says) const {
    const Unit& unit = c_.unit(touch.function);
    const Instr& load = unit.instrs[touch.instr];
    if (load.op != Op::load || unit.types[load.type].kind != TypeKind::pointer) return 0;
    bool replaced = false;
    for (const Judged& j : shared) {
      if (!j.touch->write || j.protection.key.empty() || j.protection.key == "?") continue;
      bool dropped = false;
      counterpart(*j.touch, dropped);
      replaced = replaced || dropped;
    }
    if (!replaced) return 0;
    bool used = false;
    for_each_instr(unit, c_.program.function(touch.function), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (used) return;
      if ((instr.op == Op::load || instr.op == Op::store) &&
          root_pointer(unit, instr.a) == touch.instr) {
        used = true;
      }
      if (instr.op != Op::call) return;
      for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
        if (unit.value_lists[i] == touch.instr) used = true;
      }
    });
    if (!used) return 0;
    says = "the value can be released by the thread that holds the lock, before it is used here";
    return 4;
  }

  bool is_iterator(FunctionIndex f) const {
    for (const Entry& entry : c_.program.functions()[f].entries) {
      if (entry.python.ends_with("tp_iternext") || entry.python == "tp_iternext" ||
          entry.python.ends_with("__next__")) {
        return true;
      }
    }
    return false;
  }

  void report(const FieldFacts& field, const std::vector<Judged>& shared, const Judged& worst,
              ValueId first, int weight, const std::string& harm, std::size_t guarded,
              const std::string& lock) {
    const FunctionIndex f = worst.touch->function;
    const bool iterator = is_iterator(f) && worst.touch->write;
    if (iterator && !iterators_.insert(f).second) return;
    Candidate found;
    found.rule = iterator ? "GIL516" : "GIL507";
    found.location_kind = "c-field";
    found.location_name = fmt::format("{}.{}", field.record, field.field);
    const std::size_t all = shared.size();
    if (weight >= 4) {
      found.confidence = Confidence::high;
    } else if (weight == 3) {
      found.confidence = Confidence::medium;
    } else {
      found.confidence = Confidence::low;
    }
    // A lock that most accesses hold says what the author meant.
    const bool asymmetric = guarded >= 2 && 2 * guarded >= all;
    if (asymmetric && found.confidence < Confidence::high) {
      found.confidence = static_cast<Confidence>(static_cast<int>(found.confidence) + 1);
    }
    // A structure that is no object is reached through one; which one is not said.
    if (!field.object && found.confidence == Confidence::high && !asymmetric) {
      found.confidence = Confidence::medium;
    }
    found.error = c_.claims_no_gil(c_.unit_index(f)) && found.confidence == Confidence::high;
    found.message =
        iterator ? fmt::format("{} of an iterator is advanced without a lock", found.location_name)
        : worst.touch->write
            ? fmt::format("{} is changed without a lock", found.location_name)
            : fmt::format("{} is read without the lock that guards its changes",
                          found.location_name);
    if (worst.touch->write && first != worst.touch->instr) {
      found.region.push_back({f, first, AccessKind::read, ""});
    }
    found.region.push_back({f, worst.touch->instr,
                            !worst.touch->write  ? AccessKind::read
                            : worst.touch->update ? AccessKind::update
                                                  : AccessKind::write,
                            ""});
    for (const bool writes : {true, false}) {
      for (const Judged& j : shared) {
        if (found.conflicts.size() >= 3) break;
        if (j.touch->write != writes) continue;
        if (j.touch == worst.touch && !writes) continue;
        if (j.touch->function == f && j.touch != worst.touch) continue;
        found.conflicts.push_back({j.touch->function, j.touch->instr,
                                   j.touch->write ? AccessKind::write : AccessKind::read,
                                   j.touch == worst.touch ? "the same code in another thread" : ""});
      }
    }
    if (found.conflicts.empty()) return;
    say_shared(c_, found, f);
    if (found.conflicts.front().function != f) {
      say_shared(c_, found, found.conflicts.front().function);
    }
    say(found, EvidenceKind::guard,
        guarded == 0 ? fmt::format("no access to {} holds a lock of its object", field.field)
                     : fmt::format("{} of {} accesses hold {}", guarded, all, lock));
    if (found.region.size() > 1) {
      say_window(c_, found, f, first, worst.touch->instr);
    } else {
      found.window = WindowClass::gil_masked;
      say(found, EvidenceKind::gil,
          "with the GIL one method at a time touches it; without it two threads do at once");
    }
    say(found, EvidenceKind::harm, harm);
    say(found, EvidenceKind::fix,
        guarded != 0 ? fmt::format("hold {} here, too", lock)
        : iterator
            ? "wrap the function in Py_BEGIN_CRITICAL_SECTION(self), or advance the index atomically"
            : "Py_BEGIN_CRITICAL_SECTION(self) around the access in every method, or a PyMutex in the "
              "structure");
    out_.push_back(std::move(found));
  }

  const Context& c_;
  std::vector<Candidate>& out_;
  std::set<FunctionIndex> iterators_;
};

}  // namespace

void unlocked_object_state(const Context& context, std::vector<Candidate>& out) {
  ObjectState(context, out).run();
}

}  // namespace gilcheck::clang_plugin
