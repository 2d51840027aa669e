// GIL507, GIL516: fields of objects that methods change without a lock.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "clang_plugin/detect/caller_locks.h"
#include "clang_plugin/detect/holders.h"
#include "clang_plugin/detect/ordering.h"
#include "clang_plugin/detect/rules.h"
#include "clang_plugin/link/generated.h"

namespace gilcheck::clang_plugin {

namespace {

/// What protects an access to a field of an object, by a name that is the same wherever the field
/// is touched; "" if nothing does.
struct Protection {
  std::string key;   ///< "section", "self.lock", "global lock"; "?" if something else is held
  std::string text;  ///< for people
  /// "?" only: the key of the same lock of another object that is passed in beside this one.
  std::string elsewhere = {};
  std::string other = {};  ///< for people: that lock, if this is what is wrong
};

class ObjectState {
 public:
  ObjectState(const Context& context, std::vector<Candidate>& out) : c_(context), out_(out) {}

  void run() {
    // All fields of a type together: whether its methods lock at all says how to report them.
    const auto fields = c_.fields().all();
    for (std::size_t first = 0; first < fields.size();) {
      std::size_t last = first;
      while (last < fields.size() && fields[last].record == fields[first].record) ++last;
      judge_type(fields.subspan(first, last - first));
      first = last;
    }
  }

 private:
  struct Judged {
    const FieldTouch* touch = nullptr;
    Protection protection;
  };
  /// What is wrong with one field.
  struct Verdict {
    const FieldFacts* field = nullptr;
    std::vector<Judged> shared;
    std::size_t worst = 0;  // into shared
    ValueId first = 0;      // where its region begins
    int weight = 0;
    std::string harm;
    std::size_t guarded = 0;  // accesses that hold the lock most of them hold
    std::string lock;
  };
  /// How bad it is, from best to worst.
  enum Harm : std::uint8_t {
    kNothing,
    kLate,   // a number is seen late
    kStale,  // a pointer is used after it was replaced
    kTwice,  // something is made twice
    kLost,   // an update is lost, both act
    kFreed,  // memory is used after it was freed
  };
  // Above this many, the fields of a type without any lock are one finding.
  static constexpr std::size_t kFewFields = 2;

  bool is_lock(const FieldFacts& field) const {
    const Unit& unit = c_.program.unit(field.unit);
    const Type& type = unit.types[unit.fields[field.id].type];
    const std::string_view name =
        type.record == kNone ? unit.text(type.text) : unit.text(unit.records[type.record].name);
    return type.atomic || name == "PyMutex" || name == "_PyOnceFlag" ||
           name.starts_with("pthread_") || name.starts_with("std::") ||
           (type.kind == TypeKind::record && unit.records[type.record].object);  // ob_base
  }

  bool of_generator(const FieldFacts& field) const {
    return !field_of_author(c_.program.unit(field.unit), field.record, field.field);
  }

  Protection protection(const FieldTouch& touch) const {
    const std::vector<Held> held = c_.protecting(touch.function, touch.instr);
    if (held.empty()) {
      std::uint32_t parameter = kNone;
      if (touch.base != kNone) {
        const Instr& base = c_.instr(touch.function, touch.base);
        if (base.op == Op::parameter) parameter = base.b;
      }
      // They all lock something, though no one name stands for it here.
      if (callers_lock(c_, touch.function, parameter)) return {"?", "a lock of its callers"};
      return {};
    }
    const Name base =
        touch.base == kNone ? Name{} : name_of_value(c_.program, touch.function, touch.base);
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
      // Of two objects that are passed side by side, each has a lock of its own.
      if (base.root == Name::Root::parameter && base.steps.empty() &&
          h.name.root == Name::Root::parameter && h.name.id != base.id && held.size() == 1) {
        best.elsewhere = (h.kind == Held::Kind::section ? "section" : "lock") + h.name.steps;
      }
    }
    return best;
  }

  void judge_type(std::span<const FieldFacts> fields) {
    if (lives_on_stack(c_.program.unit(fields.front().unit), fields.front())) return;
    std::vector<Verdict> verdicts;
    bool locks = false;
    for (const FieldFacts& field : fields) {
      if (is_lock(field) || field.annotated || of_generator(field)) continue;
      Verdict verdict = judge(field);
      locks =
          locks || std::any_of(verdict.shared.begin(), verdict.shared.end(), [](const Judged& j) {
            return !j.protection.key.empty() && j.protection.key != "in use";
          });
      if (verdict.weight > 0) verdicts.push_back(std::move(verdict));
    }
    if (locks || verdicts.size() <= kFewFields) {
      for (const Verdict& verdict : verdicts) report(verdict, {});
      return;
    }
    // An iterator's own state first: what iterating does to it is what people do from threads.
    std::stable_sort(verdicts.begin(), verdicts.end(), [&](const Verdict& x, const Verdict& y) {
      if (x.weight != y.weight) return x.weight > y.weight;
      return in_iterator(x) && !in_iterator(y);
    });
    report(verdicts.front(), std::span(verdicts).subspan(1));
  }

  bool in_iterator(const Verdict& verdict) const {
    const FieldTouch& touch = *verdict.shared[verdict.worst].touch;
    return touch.write && is_iterator(touch.function);
  }

  Verdict judge(const FieldFacts& field) const {
    Verdict out;
    out.field = &field;
    bool written = false;
    for (const FieldTouch& touch : field.touches) {
      if (touch.exclusive || touch.init || touch.atomic) continue;
      if (!c_.runs_shared(touch.function) || is_generator_runtime(c_, touch.function)) continue;
      if (is_generator_body(c_.unit(touch.function), c_.program.function(touch.function)) &&
          keeps_variables_of_a_call(field.record)) {
        continue;
      }
      if (only_in_owner_thread(c_, touch.function, touch.instr)) continue;
      if (touch.base != kNone &&
          after_last_reference(c_, touch.function, touch.base, touch.instr)) {
        continue;
      }
      out.shared.push_back({&touch, protection(touch)});
      written = written || touch.write;
    }
    if (!written) return out;
    std::map<std::string, std::size_t> locks;
    std::string guard;  // what most of them hold
    for (const Judged& j : out.shared) {
      if (j.protection.key.empty() || j.protection.key == "?") continue;
      if (++locks[j.protection.key] > out.guarded) {
        out.guarded = locks[j.protection.key];
        out.lock = j.protection.text;
        guard = j.protection.key;
      }
    }
    for (Judged& j : out.shared) {
      if (guard.empty() || j.protection.elsewhere != guard || !j.touch->write) continue;
      j.protection = {"", "", guard, j.protection.text};
    }
    for (Judged& j : out.shared) {
      if (j.protection.key.empty() && in_use(j, out.shared)) j.protection.key = "in use";
    }
    for (std::size_t i = 0; i < out.shared.size(); ++i) {
      const Judged& j = out.shared[i];
      if (!j.protection.key.empty()) continue;
      std::string says;
      ValueId begins = j.touch->instr;
      const int weight = j.touch->write ? harm_of_write(*j.touch, out.shared, begins, says)
                                        : harm_of_read(*j.touch, out.shared, says);
      if (weight <= out.weight) continue;
      out.weight = weight;
      out.worst = i;
      out.first = begins;
      out.harm = says;
    }
    return out;
  }

  /// The object is marked as in use here, and all who change the field look at the mark.
  bool in_use(const Judged& judged, const std::vector<Judged>& shared) const {
    const FieldFacts* flag =
        in_use_flag(c_, judged.touch->function, judged.touch->base, judged.touch->instr);
    if (flag == nullptr || flag == c_.fields().of(judged.touch->function, judged.touch->place)) {
      return false;
    }
    return std::all_of(shared.begin(), shared.end(), [&](const Judged& j) {
      return !j.touch->write || respects_flag(c_, j.touch->function, *flag);
    });
  }

  /// The load that a store depends on, or whose value it releases.
  ValueId counterpart(const FieldTouch& write, bool& dropped) const {
    const FunctionIndex f = write.function;
    const Unit& unit = c_.unit(f);
    dropped = false;
    const Instr& store = unit.instrs[write.instr];
    if (store.op != Op::store) return write.instr;
    const auto before = [&](ValueId id) {
      const Instr& load = unit.instrs[id];
      return load.op == Op::load && load.a == store.a && c_.paths(f).can_follow(id, write.instr);
    };
    ValueId found = write.instr;
    const std::vector<ValueId> made = made_from(unit, store.b);
    for (const ValueId id : made) {
      if (!before(id)) continue;
      if (found == write.instr || stands_before(c_, f, id, found)) found = id;
    }
    // The last one that is released; only that says more.
    ValueId last = kNone;
    for (const ValueId call : c_.releases(f)) {
      const ValueId id = unit.value_lists[unit.instrs[call].list.first];
      if (!before(id) || (last != kNone && !stands_before(c_, f, last, id))) continue;
      if (std::find(made.begin(), made.end(), id) != made.end()) continue;
      if (released_near(c_, f, id, write.instr)) last = id;
    }
    dropped = last != kNone;
    return dropped ? last : found;
  }

  /// The first load of the field that decides whether the write happens.
  ValueId test_of(const FieldTouch& write) const {
    const FunctionIndex f = write.function;
    const Unit& unit = c_.unit(f);
    const Paths& paths = c_.paths(f);
    ValueId found = kNone;
    for (const BlockId b : paths.controlling(unit.instrs[write.instr].block)) {
      const Block& block = unit.blocks[b];
      if (block.value == kNone) continue;
      for (const ValueId id : made_from(unit, block.value)) {
        const Instr& load = unit.instrs[id];
        if (load.op != Op::load || load.a != write.place || id == write.instr) continue;
        if (!paths.dominates(id, write.instr)) continue;
        if (found == kNone || stands_before(c_, f, id, found)) found = id;
      }
    }
    return found;
  }

  int harm_of_write(const FieldTouch& touch, const std::vector<Judged>& shared, ValueId& first,
                    std::string& says) const {
    const Unit& unit = c_.unit(touch.function);
    const Instr& instr = unit.instrs[touch.instr];
    bool dropped = instr.op == Op::call;  // Py_CLEAR and the like as functions
    const ValueId load = counterpart(touch, dropped);
    const ValueId test = test_of(touch);
    first = load;
    if (test != kNone && (load == touch.instr || c_.paths(touch.function).dominates(test, load))) {
      first = test;
    }
    const bool pointer = instr.op == Op::call || unit.types[instr.type].kind == TypeKind::pointer;
    if (dropped && pointer) {
      says = "two threads load the same old value and both release it: use after free";
      return kFreed;
    }
    if (touch.nested) {
      says = "one thread changes its contents while another uses them";
      return load != touch.instr ? kLost : kStale;
    }
    if (touch.update || load != touch.instr) {
      says =
          "two threads read the same value and the later store overwrites the other: one update is "
          "lost";
      return kLost;
    }
    if (test != kNone && acts(touch, test)) {
      says = "two threads both pass the test, then both act";
      return kLost;
    }
    if (updated_elsewhere(touch, shared)) {
      says =
          "it falls between the read and the write of an update that holds the lock, and is lost";
      return kLost;
    }
    if (test != kNone && pointer && unit.instrs[instr.b].op != Op::null) {
      says =
          "two threads both find it missing and make it: one result is lost and its memory leaks";
      return kTwice;
    }
    if (pointer) {
      says = "another thread still uses what the pointer meant before";
      return kStale;
    }
    says = "other threads may see the new value late, or with older values of other fields";
    return kLate;
  }

  /// Something is done because the test passed: after the field says so, or with what it held.
  bool acts(const FieldTouch& write, ValueId test) const {
    const FunctionIndex f = write.function;
    const Unit& unit = c_.unit(f);
    const Instr& store = unit.instrs[write.instr];
    const Op made = unit.instrs[store.b].op;
    if (store.op != Op::store || (made != Op::integer && made != Op::null)) return false;
    const Paths& paths = c_.paths(f);
    bool found = false;
    for_each_instr(unit, c_.program.function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (found || id == write.instr) return;
      if (instr.op == Op::store) {
        found = instr.a != store.a && paths.dominates(write.instr, id);
        return;
      }
      if (instr.op != Op::call) return;
      const rules::CFunction* row = c_.effects.row(unit, instr);
      const bool references =
          row != nullptr &&
          (row->act == rules::CAct::Incref || row->act == rules::CAct::Decref ||
           row->act == rules::CAct::Release || row->act == rules::CAct::SectionEnd);
      const bool raises = c_.callee_name(f, id).starts_with("PyErr_");
      if (references || raises) return;
      if (paths.dominates(write.instr, id)) {
        found = true;
        return;
      }
      if (!paths.dominates(test, id) || !paths.dominates(id, write.instr)) return;
      for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
        const Instr& argument = unit.instrs[unit.value_lists[i]];
        found = found || (argument.op == Op::load && argument.a == store.a);
      }
    });
    return found;
  }

  /// Others update it from its old value, under a lock.
  static bool updated_elsewhere(const FieldTouch& touch, const std::vector<Judged>& shared) {
    return std::any_of(shared.begin(), shared.end(), [&](const Judged& j) {
      return j.touch->function != touch.function && j.touch->update && j.touch->write &&
             !j.protection.key.empty() && j.protection.key != "?";
    });
  }

  /// A read without the lock under which the field is replaced, whose value is then used.
  int harm_of_read(const FieldTouch& touch, const std::vector<Judged>& shared,
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
    return kFreed;
  }

  bool is_iterator(FunctionIndex f) const {
    if (iterates(f)) return true;
    // Cython's slot function calls the author's.
    const FunctionNode& node = c_.program.functions()[f];
    return from_cython(c_.unit(f)) &&
           std::any_of(node.callers.begin(), node.callers.end(), [&](std::uint32_t index) {
             const FunctionIndex caller = c_.program.call_sites()[index].caller;
             return is_generator_runtime(c_, caller) && iterates(caller);
           });
  }

  bool iterates(FunctionIndex f) const {
    const auto& entries = c_.program.functions()[f].entries;
    return std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
      return entry.python.ends_with("tp_iternext") || entry.python.ends_with("__next__");
    });
  }

  void report(const Verdict& verdict, std::span<const Verdict> folded) {
    const FieldFacts& field = *verdict.field;
    const std::vector<Judged>& shared = verdict.shared;
    const Judged& worst = shared[verdict.worst];
    const FunctionIndex f = worst.touch->function;
    const bool iterator = in_iterator(verdict);
    Candidate found;
    found.rule = iterator ? "GIL516" : "GIL507";
    found.location_kind = "c-field";
    found.location_name = fmt::format("{}.{}", field.record, field.field);
    found.confidence = verdict.weight >= kLost    ? Confidence::high
                       : verdict.weight >= kStale ? Confidence::medium
                                                  : Confidence::low;
    // A lock that most accesses hold says what the author meant; without one, a plain store is
    // often meant to be one.
    const bool asymmetric = verdict.guarded >= 2 && 2 * verdict.guarded >= shared.size();
    if (!asymmetric && verdict.weight <= kStale) found.confidence = Confidence::low;
    // A structure that is no object is reached through one; which one is not said.
    if (!field.object && found.confidence == Confidence::high && !asymmetric) {
      found.confidence = Confidence::medium;
    }
    // Who calls it, and with which locks, is not seen.
    if (found.confidence == Confidence::high && only_called_back(f)) {
      found.confidence = Confidence::medium;
    }
    if (partly_fresh(*worst.touch) ||
        (mostly_of_one_call(c_.program.unit(field.unit), field) && !touched_by_binding(verdict))) {
      found.confidence = Confidence::low;
    }
    if (!worst.protection.other.empty()) {
      found.confidence = std::min(found.confidence, Confidence::medium);
    }
    const bool checked = thread_was_checked(c_, f, worst.touch->instr);
    if (checked) found.confidence = Confidence::low;
    found.message =
        iterator ? fmt::format("{} of an iterator is advanced without a lock", found.location_name)
        : !worst.protection.other.empty()
            ? fmt::format("{} is changed under the lock of another object", found.location_name)
        : worst.touch->write ? fmt::format("{} is changed without a lock", found.location_name)
                             : fmt::format("{} is read without the lock that guards its changes",
                                           found.location_name);
    if (!folded.empty()) {
      found.message += fmt::format(", like {} other fields of {}", folded.size(), field.record);
    }
    const ValueId last = worst.touch->instr;
    if (worst.touch->write && verdict.first != last && !inside(f, verdict.first, last)) {
      found.region.push_back({f, verdict.first, AccessKind::read, ""});
    }
    found.region.push_back({f, last,
                            !worst.touch->write ? AccessKind::read
                            : worst.touch->update || inside(f, verdict.first, last)
                                ? AccessKind::update
                                : AccessKind::write,
                            ""});
    for (const bool writes : {true, false}) {
      for (const Judged& j : shared) {
        if (found.conflicts.size() >= 3) break;
        if (j.touch->write != writes) continue;
        if (j.touch == worst.touch && !writes) continue;
        if (j.touch->function == f && j.touch != worst.touch) continue;
        found.conflicts.push_back(
            {j.touch->function, j.touch->instr,
             j.touch->write ? AccessKind::write : AccessKind::read,
             j.touch == worst.touch ? "the same code in another thread" : ""});
      }
    }
    if (found.conflicts.empty()) return;
    say_shared(c_, found, f, unlocked_caller(c_, f));
    if (found.conflicts.front().function != f) {
      say_shared(c_, found, found.conflicts.front().function);
    }
    const bool mixed = say_mixed_callers(c_, found, f);
    if (!worst.protection.other.empty()) {
      say(found, EvidenceKind::guard,
          fmt::format("{} is held here: that is another object's", worst.protection.other));
    }
    if (verdict.guarded != 0 || !mixed) {
      say(found, EvidenceKind::guard,
          verdict.guarded == 0
              ? fmt::format("no access to {} holds a lock of its object", field.field)
              : fmt::format("{} of {} accesses hold {}", verdict.guarded, shared.size(),
                            verdict.lock));
    }
    if (checked) {
      say(found, EvidenceKind::guard,
          "the function checks which thread calls it, and refuses others unless told not to");
    }
    if (verdict.first != last) {
      say_window(c_, found, f, verdict.first, last);
    } else {
      found.window = WindowClass::gil_masked;
      say(found, EvidenceKind::gil,
          "with the GIL one method at a time touches it; without it two threads do at once");
    }
    say(found, EvidenceKind::harm, verdict.harm);
    if (!folded.empty()) {
      std::string names;
      for (std::size_t i = 0; i < folded.size() && i < 8; ++i) {
        names += (i == 0 ? "" : ", ") + folded[i].field->field;
      }
      if (folded.size() > 8) names += fmt::format(" and {} more", folded.size() - 8);
      say(found, EvidenceKind::note,
          fmt::format("no method of {} takes a lock; they also change {}", field.record, names));
    }
    say(found, EvidenceKind::fix,
        !worst.protection.other.empty()
            ? fmt::format("hold the same lock of the object whose {} is changed", field.field)
        : verdict.guarded != 0 ? fmt::format("hold {} here, too", verdict.lock)
        : mixed                ? std::string("hold the lock around every call")
        : iterator ? "wrap the function in Py_BEGIN_CRITICAL_SECTION(self), or advance the index "
                     "atomically"
                   : "Py_BEGIN_CRITICAL_SECTION(self) around the access in every method, or a "
                     "PyMutex in the "
                     "structure");
    out_.push_back(std::move(found));
  }

  /// The object is new on some ways: `node = shared ? clone(node) : node`.
  bool partly_fresh(const FieldTouch& touch) const {
    if (touch.base == kNone) return false;
    const Unit& unit = c_.unit(touch.function);
    const Instr& base = unit.instrs[touch.base];
    if (base.op != Op::phi) return false;
    for (std::uint32_t i = base.list.first; i < base.list.end(); ++i) {
      if (c_.references.origin(touch.function, unit.value_lists[i]).kind == Origin::Kind::fresh) {
        return true;
      }
    }
    return false;
  }

  /// What a function bound by pybind11 or nanobind gets hangs on a Python object, or was captured
  /// for all calls.
  bool touched_by_binding(const Verdict& verdict) const {
    return std::any_of(verdict.shared.begin(), verdict.shared.end(), [&](const Judged& one) {
      const auto& entries = c_.program.functions()[one.touch->function].entries;
      return std::any_of(entries.begin(), entries.end(),
                         [](const Entry& entry) { return entry.kind == EntryKind::binding; });
    });
  }

  /// All ways that lead to a function begin at one that is called from outside by its address.
  bool only_called_back(FunctionIndex f) const {
    std::vector<FunctionIndex> work{f};
    std::vector<FunctionIndex> seen{f};
    while (!work.empty()) {
      const FunctionNode& node = c_.program.functions()[work.back()];
      work.pop_back();
      for (const Entry& entry : node.entries) {
        if (entry.kind == EntryKind::method || entry.kind == EntryKind::getter ||
            entry.kind == EntryKind::setter || entry.kind == EntryKind::slot ||
            entry.kind == EntryKind::thread || entry.kind == EntryKind::binding) {
          return false;
        }
      }
      for (const std::uint32_t index : node.callers) {
        const FunctionIndex caller = c_.program.call_sites()[index].caller;
        if (std::find(seen.begin(), seen.end(), caller) != seen.end()) continue;
        seen.push_back(caller);
        work.push_back(caller);
      }
    }
    return true;
  }

  /// Both are parts of one expression statement: `x = x + 1`.
  bool inside(FunctionIndex f, ValueId load, ValueId store) const {
    if (load == store) return false;
    const Pos& inner = c_.instr(f, load).pos;
    const Pos& outer = c_.instr(f, store).pos;
    return inner.file == outer.file &&
           std::pair(inner.line, inner.column) >= std::pair(outer.line, outer.column) &&
           std::pair(inner.end_line, inner.end_column) <=
               std::pair(outer.end_line, outer.end_column);
  }

  const Context& c_;
  std::vector<Candidate>& out_;
};

}  // namespace

void unlocked_object_state(const Context& context, std::vector<Candidate>& out) {
  ObjectState(context, out).run();
}

}  // namespace gilcheck::clang_plugin
