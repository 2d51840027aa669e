// Locks that every caller of a function holds: the greatest solution of "what each call site holds,
// itself or through its own callers".
#include <algorithm>

#include "analyzer/link/model.h"

namespace gilcheck::analyzer {
namespace {

class EntryLocks {
 public:
  explicit EntryLocks(Model& model)
      : model_(model),
        eligible_(model.functions.size(), 0),
        open_(model.functions.size(), 0),
        hooks_(model.functions.size(), 0),
        self_paths_(model.functions.size(), 0) {}

  void run() {
    std::vector<std::uint8_t> module_owns(model_.modules.size(), 0);
    for (const Lock& lock : model_.locks) {
      if (lock.location == kNone) continue;
      const Location& kept = model_.locations[lock.location];
      if (kept.kind == LocationKind::global) module_owns[kept.owner] = 1;
    }
    for (ModuleIndex m = 0; m < model_.modules.size(); ++m) {
      const ModuleSummary& s = model_.summary(m);
      for (PathId p = 1; p < s.paths.size(); ++p) {
        if (s.paths[p].kind != PathKind::value) continue;
        const ValueNode& value = s.values[s.paths[p].aux];
        if (value.kind == ValueKind::param && value.b == 0) {
          self_paths_[model_.function_index(m, value.a)] = p;
        }
      }
    }
    find_hooks();
    std::vector<FunctionIndex> work;
    for (FunctionIndex f = static_cast<FunctionIndex>(model_.functions.size()); f-- > 0;) {
      eligible_[f] = eligible(f, module_owns) ? 1 : 0;
      if (eligible_[f] == 0) continue;
      open_[f] = 1;
      work.push_back(f);
    }
    std::vector<std::uint8_t> queued(eligible_);
    while (!work.empty()) {
      const FunctionIndex f = work.back();
      work.pop_back();
      queued[f] = 0;
      bool open = true;
      std::vector<HeldLock> now = meet(f, open);
      if (open || (open_[f] == 0 && same(now, model_.functions[f].entry_locks))) continue;
      model_.functions[f].entry_locks = std::move(now);
      open_[f] = 0;
      for (std::uint32_t e = model_.edges_from[f]; e < model_.edges_from[f + 1]; ++e) {
        const FunctionIndex to = model_.edges[e].to;
        if (eligible_[to] == 0 || queued[to] != 0) continue;
        queued[to] = 1;
        work.push_back(to);
      }
    }
  }

 private:
  bool eligible(FunctionIndex f, const std::vector<std::uint8_t>& module_owns) const {
    const FunctionInfo& info = model_.functions[f];
    const Function& function = model_.function(f);
    // Behind a decorator of the program, everybody comes through its wrapper.
    if (model_.entered_through.contains(f)) {
      return model_.edges_into_first[f] != model_.edges_into_first[f + 1];
    }
    if ((function.flags & (kFunctionModule | kFunctionClassBody)) != 0 || info.escapes ||
        model_.spawned[f] != 0 || model_.edges_into_first[f] == model_.edges_into_first[f + 1]) {
      return false;
    }
    if (info.owner != kNone &&
        model_.class_tables[info.owner].container == rules::Container::Thread &&
        model_.symbol(info.module, function.name) == model_.known.run) {
      return false;
    }
    if (!info.public_) return true;
    if (model_.options.assume == Assume::threaded) return false;
    if (model_.options.assume == Assume::single) return true;
    if (hooks_[f] != 0) return true;
    const bool owner_locks = info.owner != kNone && model_.classes[info.owner].owns_lock;
    return !owner_locks && module_owns[info.module] == 0;
  }

  /// Called for an object that nobody else has: while it is made, or finalised.
  bool alone(const Edge& edge) const {
    if (!edge.same_self) return false;
    const FunctionInfo& from = model_.functions[edge.from];
    return from.construction ||
           model_.symbol(from.module, model_.function(edge.from).name) == model_.known.del;
  }

  /// Hooks: methods that a base class calls on its own object (`emit` of a logging handler), and
  /// what only hooks call on it. Their callers are the class family, also where they are public.
  void find_hooks() {
    std::vector<FunctionIndex> work;
    for (FunctionIndex f = static_cast<FunctionIndex>(model_.functions.size()); f-- > 0;) {
      if (model_.functions[f].owner != kNone) work.push_back(f);
    }
    while (!work.empty()) {
      const FunctionIndex f = work.back();
      work.pop_back();
      if (hooks_[f] != 0 || !only_called_as_hook(f)) continue;
      hooks_[f] = 1;
      for (std::uint32_t e = model_.edges_from[f]; e < model_.edges_from[f + 1]; ++e) {
        const FunctionIndex to = model_.edges[e].to;
        if (model_.functions[to].owner != kNone) work.push_back(to);
      }
    }
  }

  bool only_called_as_hook(FunctionIndex f) const {
    bool called = false;
    const ClassIndex owner = model_.functions[f].owner;
    for (std::uint32_t i = model_.edges_into_first[f]; i < model_.edges_into_first[f + 1]; ++i) {
      const Edge& edge = model_.edges[model_.edges_into[i]];
      if (edge.from == f || alone(edge)) continue;
      const ClassIndex caller = model_.functions[edge.from].owner;
      const bool by_base = caller != kNone && caller != owner && model_.derives_from(owner, caller);
      if (!edge.same_self || (!by_base && hooks_[edge.from] == 0)) return false;
      called = true;
    }
    return called;
  }

  static bool same(const std::vector<HeldLock>& a, const std::vector<HeldLock>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i].lock != b[i].lock || a[i].strength != b[i].strength || a[i].object != b[i].object) {
        return false;
      }
    }
    return true;
  }

  /// What all call sites that are known so far hold; `open` if none is.
  std::vector<HeldLock> meet(FunctionIndex f, bool& open) const {
    std::vector<HeldLock> out;
    // Where nobody else has the object, its own locks are as good as held: that comes last, when
    // another call site is known, so that what is held only shrinks from one round to the next.
    bool waits = false;
    for (const bool by_itself : {false, true}) {
      if (by_itself && open && waits) break;
      for (std::uint32_t i = model_.edges_into_first[f]; i < model_.edges_into_first[f + 1]; ++i) {
        const Edge& edge = model_.edges[model_.edges_into[i]];
        if (alone(edge) != by_itself) continue;
        if (edge.from == f && open_[f] != 0) continue;
        if (open_[edge.from] != 0 && eligible_[edge.from] != 0) {
          waits = true;
          continue;
        }
        const std::vector<HeldLock> here = at(edge);
        if (open) {
          out = here;
          open = false;
          continue;
        }
        std::vector<HeldLock> both;
        for (HeldLock lock : out) {
          const auto other = std::find_if(here.begin(), here.end(), [&](const HeldLock& h) {
            return h.lock == lock.lock && h.object == lock.object;
          });
          if (other != here.end()) {
            if (other->strength == HeldLock::Strength::possible) lock.strength = other->strength;
          } else if (!by_itself || !own(lock)) {
            continue;
          }
          both.push_back(lock);
        }
        out = std::move(both);
        if (out.empty()) return out;
      }
    }
    return out;
  }

  /// A lock of the object that is the function's first parameter.
  bool own(const HeldLock& held) const {
    return held.object != 0 && model_.locks[held.lock].scope == Lock::Scope::instance;
  }

  std::vector<HeldLock> at(const Edge& edge) const {
    std::vector<HeldLock> out;
    const ModuleIndex m = model_.module_of(edge.from);
    const ModuleSummary& s = model_.summary(m);
    const Range sections = s.held_sets[edge.held];
    for (std::uint32_t i = sections.first; i < sections.end(); ++i) {
      const Range locks = model_.section_locks[m][s.held_lists[i]];
      for (std::uint32_t l = locks.first; l < locks.end(); ++l) {
        translate(edge, model_.section_lock_list[m][l], out);
      }
    }
    for (const HeldLock& lock : model_.functions[edge.from].entry_locks) {
      translate(edge, lock, out);
    }
    return out;
  }

  bool related(ClassIndex a, ClassIndex b) const {
    return a != kNone && b != kNone && (model_.derives_from(a, b) || model_.derives_from(b, a));
  }

  /// The lock in the callee's terms, if it is held there.
  void translate(const Edge& edge, HeldLock held, std::vector<HeldLock>& out) const {
    if (held.lock == kNone || held.strength == HeldLock::Strength::none) return;
    held.section = kNone;
    const Lock& lock = model_.locks[held.lock];
    if (lock.scope == Lock::Scope::instance) {
      const PathId object = held.object;
      held.object = 0;
      const bool nested = edge.receiver == 0 && edge.same_self;
      if (nested) {
        held.object = object;  // the same variables, under the same paths
      } else if (edge.receiver != 0 && object == edge.receiver) {
        held.object = self_paths_[edge.to];
      } else if (object != 0 && edge.receiver != 0 &&
                 related(model_.functions[edge.to].owner, model_.locations[lock.location].owner)) {
        return;  // another object of the class
      }
    } else {
      held.object = 0;
    }
    for (const HeldLock& other : out) {
      if (other.lock == held.lock && other.object == held.object) return;
    }
    out.push_back(held);
  }

  Model& model_;
  std::vector<std::uint8_t> eligible_;
  std::vector<std::uint8_t> open_;
  std::vector<std::uint8_t> hooks_;
  std::vector<PathId> self_paths_;
};

}  // namespace

void build_entry_locks(Model& model, const ParallelFor&) {
  EntryLocks(model).run();
}

}  // namespace gilcheck::analyzer
