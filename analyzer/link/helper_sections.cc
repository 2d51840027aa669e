// Locks that one function takes and another gives back: `_acquire_lock()` ... `_release_lock()`.
// The functions are told by what they do, so this needs callees; what runs between the two calls
// then holds a section like any other, in a copy of the module's summary.
#include <algorithm>

#include "analyzer/link/evaluator.h"
#include "analyzer/link/model.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {
namespace {

constexpr int kMostRounds = 3;  // helpers that call helpers

/// A lock variable, and the object whose attribute it is where that matters.
struct Kept {
  SlotId slot = kNone;
  PathId object = 0;
  friend bool operator==(const Kept&, const Kept&) = default;
};

class HelperSections {
 public:
  explicit HelperSections(Model& model)
      : model_(model),
        evaluator_(model),
        acquires_(model.functions.size()),
        releases_(model.functions.size()) {}

  void run() {
    for (int round = 0; round < kMostRounds; ++round) {
      find_helpers();
      bool changed = false;
      for (ModuleIndex m = 0; m < model_.modules.size(); ++m) changed = rewrite(m) || changed;
      if (!changed) break;
    }
  }

 private:
  struct Opener {
    CallId call = kNone;
    SectionId section = kNone;
    std::vector<Kept> locks;
  };
  struct Closer {
    CallId call = kNone;
    Kept lock;
  };

  /// Whose attribute a lock is, if it is one that each object has of its own.
  Kept kept_at(ModuleIndex m, PathId path) {
    Kept out;
    evaluator_.reset();
    out.slot = evaluator_.place(m, path).slot;
    const ModuleSummary& s = model_.summary(m);
    if (out.slot != kNone && s.paths[path].kind == PathKind::attr &&
        model_.slots[out.slot].kind == LocationKind::instance_attribute) {
      out.object = s.paths[path].parent;
    }
    return out;
  }

  bool is_self(ModuleIndex m, FuncId function, PathId path) const {
    const ModuleSummary& s = model_.summary(m);
    if (s.paths[path].kind != PathKind::value) return false;
    const ValueNode& value = s.values[s.paths[path].aux];
    return value.kind == ValueKind::param && value.a == function && value.b == 0;
  }

  void find_helpers() {
    for (FunctionIndex f = 0; f < model_.functions.size(); ++f) {
      const ModuleIndex m = model_.module_of(f);
      const ModuleSummary& s = model_.summary(m);
      const Function& function = model_.function(f);
      acquires_[f].clear();
      releases_[f].clear();
      if ((function.flags & (kFunctionAsync | kFunctionGenerator | kFunctionModule |
                             kFunctionClassBody | kFunctionLambda)) != 0) {
        continue;
      }
      const Range held = s.held_sets[function.exit_held];
      for (std::uint32_t i = held.first; i < held.end(); ++i) {
        const Section& section = s.sections[s.held_lists[i]];
        if (section.kind == SectionKind::helper) {
          const CallId call = s.values[section.value].a;
          for (const Kept& lock : acquires_[model_.tables[m].callees[call].function]) {
            acquires_[f].push_back({lock.slot, lock.object});
          }
          continue;
        }
        if (section.kind != SectionKind::acquired || returned(s, function, section.value)) continue;
        add(m, model_.functions[f].id, section.lock, acquires_[f]);
      }
      if (function.released != 0) add(m, model_.functions[f].id, function.released, releases_[f]);
    }
  }

  /// `return lock.acquire(False)`: the caller asks whether it got it.
  static bool returned(const ModuleSummary& s, const Function& function, ValueId value) {
    for (std::uint32_t i = function.returns.first; i < function.returns.end(); ++i) {
      if (value != 0 && s.value_lists[i] == value) return true;
    }
    return false;
  }

  void add(ModuleIndex m, FuncId function, PathId path, std::vector<Kept>& out) {
    Kept lock = kept_at(m, path);
    if (lock.slot == kNone) return;
    // Of an object other than self, only the function itself knows which.
    if (lock.object != 0 && !is_self(m, function, lock.object)) return;
    out.push_back(lock);
  }

  /// The lock in the caller's terms: what the helper calls self is the receiver of the call.
  static Kept at_call(Kept lock, PathId receiver) {
    if (lock.object != 0) lock.object = receiver;
    return lock;
  }

  PathId receiver_of(const ModuleSummary& s, const Call& call, const Callee& callee) const {
    const ValueNode& spelled = s.values[call.callee];
    if (!callee.receiver_bound || spelled.kind != ValueKind::path ||
        s.paths[spelled.a].kind != PathKind::attr) {
      return 0;
    }
    return s.paths[spelled.a].parent;
  }

  bool rewrite(ModuleIndex m) {
    const ModuleSummary* s = &model_.summary(m);
    const std::vector<Callee>& callees = model_.tables[m].callees;
    std::vector<FuncId> touched;
    for (CallId c = 0; c < s->calls.size(); ++c) {
      if (callees[c].kind != Callee::Kind::function) continue;
      const FunctionIndex to = callees[c].function;
      if (acquires_[to].empty() && releases_[to].empty()) continue;
      const FuncId f = s->calls[c].function;
      if (std::find(touched.begin(), touched.end(), f) == touched.end()) touched.push_back(f);
    }
    if (touched.empty()) return false;
    auto copy = std::make_unique<ModuleSummary>(*s);
    bool changed = false;
    for (const FuncId f : touched) changed = function(m, *copy, f) || changed;
    if (!changed) return false;
    if (model_.module_list.empty()) {
      model_.module_list.assign(model_.modules.begin(), model_.modules.end());
    }
    model_.module_list[m] = copy.get();
    model_.modules = model_.module_list;
    model_.tables[m].summary = copy.get();
    model_.rewritten.push_back(std::move(copy));
    return true;
  }

  static bool within(const ModuleSummary& s, BlockId block, BlockId ancestor) {
    while (block != kNone && block != ancestor) block = s.blocks[block].parent;
    return block == ancestor;
  }

  /// Control can go from a place in one block to a later place in another.
  static bool may_flow(const ModuleSummary& s, BlockId from, BlockId to) {
    BlockId below = kNone;
    for (BlockId at = from; at != kNone; at = s.blocks[at].parent) {
      if (within(s, to, at)) {
        if (below == kNone || at == to) return true;
        BlockId side = to;
        while (s.blocks[side].parent != at) side = s.blocks[side].parent;
        return s.blocks[side].branch != s.blocks[below].branch ||
               s.blocks[side].alternative == s.blocks[below].alternative;
      }
      if (s.blocks[at].exits) return false;
      below = at;
    }
    return true;
  }

  /// A loop around both that is not around `outside`: what comes later in it may have run before.
  static bool share_loop(const ModuleSummary& s, BlockId a, BlockId b, BlockId outside) {
    for (BlockId at = a; at != kNone; at = s.blocks[at].parent) {
      if (s.blocks[at].loop && within(s, b, at) && !within(s, outside, at)) return true;
    }
    return false;
  }

  bool function(ModuleIndex m, ModuleSummary& s, FuncId f) {
    const std::vector<Callee>& callees = model_.tables[m].callees;
    const Function& function = s.functions[f];
    std::vector<Opener> openers;
    std::vector<Closer> closers;
    for (CallId c = function.calls.first; c < function.calls.end(); ++c) {
      const Call& call = s.calls[c];
      const ValueNode& spelled = s.values[call.callee];
      if (callees[c].kind == Callee::Kind::function) {
        const PathId receiver = receiver_of(s, call, callees[c]);
        const FunctionIndex to = callees[c].function;
        for (const Kept& lock : releases_[to]) closers.push_back({c, at_call(lock, receiver)});
        if (!acquires_[to].empty() && model_.tables[m].value_of_call[c] != 0 && !opened(s, f, c)) {
          Opener made;
          made.call = c;
          for (const Kept& lock : acquires_[to]) made.locks.push_back(at_call(lock, receiver));
          openers.push_back(std::move(made));
        }
      } else if (spelled.kind == ValueKind::path && s.paths[spelled.a].kind == PathKind::attr &&
                 s.name(s.paths[spelled.a].sym) == "release") {
        const Kept lock = kept_at(m, s.paths[spelled.a].parent);
        if (lock.slot != kNone) closers.push_back({c, lock});
      }
    }
    // What the function opens by itself may be closed by a helper.
    std::vector<Opener> own;
    for (SectionId id = 0; id < s.sections.size(); ++id) {
      const Section& section = s.sections[id];
      if (section.function != f) continue;
      Opener known;
      known.section = id;
      if (section.kind == SectionKind::acquired) {
        known.locks = {kept_at(m, section.lock)};
      } else if (section.kind == SectionKind::owned) {
        known.locks = {{kNone, section.lock}};
      } else {
        continue;
      }
      const ValueNode& value = s.values[section.value];
      if (value.kind == ValueKind::call) known.call = value.a;
      if (known.call != kNone) own.push_back(std::move(known));
    }
    const bool helper_closes = std::any_of(closers.begin(), closers.end(), [&](const Closer& c) {
      return callees[c.call].kind == Callee::Kind::function;
    });
    if (!helper_closes) own.clear();
    if (openers.empty() && own.empty()) return false;
    for (Opener& opener : openers) {
      Section made;
      made.kind = SectionKind::helper;
      made.value = model_.tables[m].value_of_call[opener.call];
      made.function = f;
      made.range = s.calls[opener.call].range;
      made.body = {made.range.end, made.range.end};
      s.sections.push_back(made);
      opener.section = static_cast<SectionId>(s.sections.size() - 1);
    }
    // Places after a closer and before the next access would otherwise be numbered alike.
    const auto before_access = [&](CallId c, AccessId a) { return s.calls[c].before <= a; };
    const auto before_call = [&](CallId c, CallId at) { return c < at; };
    bool changed = false;
    const auto update = [&](HeldId& held, BlockId block, auto at, const auto& before) {
      std::vector<SectionId> list;
      const Range range = s.held_sets[held];
      list.assign(s.held_lists.begin() + range.first, s.held_lists.begin() + range.end());
      const std::vector<SectionId> was = list;
      for (const Opener& opener : own) {
        if (!closed(s, opener, closers, block, at, before)) continue;
        std::erase(list, opener.section);
      }
      for (const Opener& opener : openers) {
        if (!before(opener.call, at) || !within(s, block, s.calls[opener.call].block) ||
            closed(s, opener, closers, block, at, before)) {
          continue;
        }
        list.push_back(opener.section);
      }
      if (list == was) return;
      changed = true;
      held = intern(s, list);
    };
    for (AccessId a = function.accesses.first; a < function.accesses.end(); ++a) {
      update(s.accesses[a].held, s.accesses[a].block, a, before_access);
    }
    for (CallId c = function.calls.first; c < function.calls.end(); ++c) {
      update(s.calls[c].held, s.calls[c].block, c, before_call);
    }
    // At the end, unless the function may be left before.
    bool leaves = false;
    for (BlockId b = function.body; b < s.blocks.size(); ++b) {
      if (!within(s, b, function.body)) break;
      leaves = leaves || s.blocks[b].exits;
    }
    HeldId exit = function.exit_held;
    if (leaves && !openers.empty()) {
      const std::vector<Opener> none = std::move(openers);
      openers.clear();
      update(exit, function.body, function.calls.end(), before_call);
      openers = none;
    } else {
      update(exit, function.body, function.calls.end(), before_call);
    }
    s.functions[f].exit_held = exit;
    regions(s, f);
    return changed;
  }

  /// The call has its section already, from an earlier round or because it is named acquire.
  static bool opened(const ModuleSummary& s, FuncId f, CallId call) {
    return std::any_of(s.sections.begin(), s.sections.end(), [&](const Section& section) {
      const ValueNode& value = s.values[section.value];
      return section.function == f &&
             (section.kind == SectionKind::helper || section.kind == SectionKind::acquired) &&
             value.kind == ValueKind::call && value.a == call;
    });
  }

  template <typename At, typename Before>
  bool closed(const ModuleSummary& s, const Opener& opener, const std::vector<Closer>& closers,
              BlockId block, At at, const Before& before) const {
    for (const Closer& closer : closers) {
      if (closer.call == opener.call) continue;
      const bool same =
          std::any_of(opener.locks.begin(), opener.locks.end(), [&](const Kept& lock) {
            return lock == closer.lock || (lock.slot == kNone && lock.object == closer.lock.object);
          });
      if (!same) continue;
      const BlockId from = s.calls[closer.call].block;
      if (closer.call > opener.call && before(closer.call, at) && may_flow(s, from, block)) {
        return true;
      }
      if (share_loop(s, from, block, s.calls[opener.call].block)) return true;
    }
    return false;
  }

  static HeldId intern(ModuleSummary& s, const std::vector<SectionId>& sections) {
    if (sections.empty()) return 0;
    for (HeldId id = 0; id < s.held_sets.size(); ++id) {
      const Range& set = s.held_sets[id];
      if (set.count == sections.size() &&
          std::equal(sections.begin(), sections.end(), s.held_lists.begin() + set.first)) {
        return id;
      }
    }
    s.held_sets.push_back({static_cast<std::uint32_t>(s.held_lists.size()),
                           static_cast<std::uint32_t>(sections.size())});
    s.held_lists.insert(s.held_lists.end(), sections.begin(), sections.end());
    return static_cast<HeldId>(s.held_sets.size() - 1);
  }

  static HeldId common(ModuleSummary& s, AccessId first, AccessId last) {
    const Range a = s.held_sets[s.accesses[first].held];
    const Range b = s.held_sets[s.accesses[last].held];
    std::vector<SectionId> both;
    for (std::uint32_t i = a.first; i < a.end(); ++i) {
      for (std::uint32_t j = b.first; j < b.end(); ++j) {
        if (s.held_lists[i] == s.held_lists[j]) both.push_back(s.held_lists[i]);
      }
    }
    return intern(s, both);
  }

  /// What is held from end to end, and tests that are repeated under it.
  static void regions(ModuleSummary& s, FuncId f) {
    const Range range = s.functions[f].regions;
    for (std::uint32_t i = range.first; i < range.end(); ++i) {
      s.regions[i].common_held = common(s, s.regions[i].first, s.regions[i].last);
    }
    for (std::uint32_t i = range.first; i < range.end(); ++i) {
      Region& region = s.regions[i];
      if (region.rechecked) continue;
      for (std::uint32_t j = range.first; j < range.end(); ++j) {
        const Region& later = s.regions[j];
        if (later.last != region.last || later.first <= region.first ||
            later.kind == RegionKind::data) {
          continue;
        }
        if (s.held_sets[later.common_held].count > s.held_sets[region.common_held].count) {
          region.rechecked = true;
        }
      }
    }
  }

  Model& model_;
  Evaluator evaluator_;
  std::vector<std::vector<Kept>> acquires_;  ///< by function
  std::vector<std::vector<Kept>> releases_;
};

}  // namespace

void add_helper_sections(Model& model, const ParallelFor&) {
  HelperSections(model).run();
}

}  // namespace gilcheck::analyzer
