// One verdict per location: is it reached by several threads, and why do we believe so?
#include <algorithm>

#include "analyzer/evidence/model.h"
#include "analyzer/link/method_calls.h"

namespace gilcheck::analyzer {
namespace {

constexpr std::size_t kMostAccesses = 200;
constexpr std::size_t kChunk = 256;

/// A load after which an operator, an attribute or a method of an object of an extension type runs
/// C code that may change the object.
bool runs_extension(const Model& model, const AccessRef& ref, const Location& location) {
  if (location.type.kind != Type::Kind::external_instance) return false;
  const std::string_view type = model.symbols.text(location.type.external);
  if (!model.external_state.is_type(type)) return false;
  const ModuleSummary& s = model.summary(ref.module);
  const AccessId id = ref.access;
  if (s.accesses[id].method != 0) return true;
  const auto calls = method_calls_on(s, model.function(ref.function), id);
  if (std::any_of(calls.begin(), calls.end(), [&](const MethodCall& call) {
        return !model.external_state.method(type, s.name(call.method)).empty();
      })) {
    return true;
  }
  if (id + 1 >= s.accesses.size()) return false;
  const PathNode& next = s.paths[s.accesses[id + 1].path];
  return next.kind == PathKind::attr && next.parent == s.accesses[id].path;
}

bool is_write(const Model& model, const AccessRef& ref, const Location& location) {
  const Access& access = model.summary(ref.module).accesses[ref.access];
  switch (access.op) {
    case AccessOp::store:
    case AccessOp::del:
    case AccessOp::item_store:
    case AccessOp::item_del:
    case AccessOp::method:
    case AccessOp::whole: return true;
    case AccessOp::iterate: return rules::is_iterator(location.type.container);
    case AccessOp::load: return runs_extension(model, ref, location);
    default: return false;
  }
}

class Judge {
 public:
  explicit Judge(const Evidence& evidence) : evidence_(evidence), model_(*evidence.model) {}

  bool guarded(LocationId id) const {
    for (const AccessRef& access : model_.locations[id].accesses) {
      if (under_construction(evidence_, id, access) ||
          model_.functions[access.function].import_time) {
        continue;
      }
      const HeldId held = model_.summary(access.module).accesses[access.access].held;
      if (held == 0 && model_.functions[access.function].entry_locks.empty()) continue;
      for (const HeldLock& lock : evidence_.program->locks_held(access.function, held)) {
        if (lock.strength == HeldLock::Strength::sure && lock.lock != kNone &&
            model_.locks[lock.lock].scope != Lock::Scope::fresh && kept_for(lock.lock, id)) {
          return true;
        }
      }
    }
    return false;
  }

  Sharing judge(LocationId id) const {
    const Location& location = model_.locations[id];
    Sharing out;
    out.guarded_elsewhere = evidence_.guarded[id] != 0;
    if (by_roots(id, out) && out.strength != Confidence::low) return out;
    if (evidence_.api != kNone && evidence_.api_shared[id] != 0 && reached_by_api(location)) {
      by_claim(id, out);
    }
    return out;
  }

 private:
  /// A lock that an object happens to be used under says nothing about the object, unless it is
  /// kept with it: in the same class hierarchy, or beside the global.
  bool kept_for(LockId lock, LocationId id) const {
    const Location& state = top(id);
    if (state.kind != LocationKind::instance_attribute) return true;
    if (model_.locks[lock].location == kNone) return false;
    const Location& kept = top(model_.locks[lock].location);
    if (kept.kind != LocationKind::instance_attribute &&
        kept.kind != LocationKind::class_attribute) {
      return false;
    }
    return model_.derives_from(kept.owner, state.owner) ||
           model_.derives_from(state.owner, kept.owner);
  }

  bool reached_by_api(const Location& location) const {
    return std::any_of(location.accesses.begin(), location.accesses.end(),
                       [&](const AccessRef& access) {
                         const auto roots = evidence_.roots_of(access.function);
                         return std::binary_search(roots.begin(), roots.end(), evidence_.api);
                       });
  }

  /// Two threads that are seen to reach it, one of them changing it.
  bool by_roots(LocationId id, Sharing& out) const {
    const Location& location = model_.locations[id];
    // One of two has to be a thread's: those come first when there are too many to look at.
    std::vector<AccessRef> accesses;
    std::vector<AccessRef> others;
    for (const AccessRef& access : location.accesses) {
      const auto roots = evidence_.roots_of(access.function);
      if (roots.empty() || under_construction(evidence_, id, access)) continue;
      const bool thread = std::any_of(roots.begin(), roots.end(),
                                      [&](RootId root) { return evidence_.is_thread(root); });
      std::vector<AccessRef>& list = thread ? accesses : others;
      if (list.size() < kMostAccesses) list.push_back(access);
    }
    if (accesses.empty()) return false;
    accesses.insert(accesses.end(), others.begin(), others.end());
    int best = -1;
    constexpr int kSurest = 2 * static_cast<int>(Confidence::high) + 1;
    for (const AccessRef& write : accesses) {
      if (!is_write(model_, write, location)) continue;
      for (const AccessRef& other : accesses) {
        for (const RootId ra : evidence_.roots_of(write.function)) {
          for (const RootId rb : evidence_.roots_of(other.function)) {
            if (!evidence_.is_thread(ra) && !evidence_.is_thread(rb)) continue;
            const Confidence strength = sharing_strength(evidence_, id, write, ra, other, rb);
            const bool seen = evidence_.is_thread(ra) && evidence_.is_thread(rb);
            // Two threads that are seen beat one that meets whoever calls in the main thread.
            const int rank = 2 * static_cast<int>(strength) + (seen ? 1 : 0);
            if (rank <= best || !roots_conflict(evidence_, id, write, ra, other, rb)) continue;
            best = rank;
            describe(ra, rb, out);
            out.strength = strength;
            if (rank == kSurest) return true;
          }
        }
      }
    }
    return out.reason != Sharing::Reason::none;
  }

  const Location& top(LocationId id) const {
    while (model_.locations[id].parent != kNone) id = model_.locations[id].parent;
    return model_.locations[id];
  }

  void describe(RootId ra, RootId rb, Sharing& out) const {
    const RootId thread = evidence_.is_thread(ra) ? ra : rb;
    const ThreadRoot& root = evidence_.roots[thread];
    out.reason = Sharing::Reason::roots;
    out.text = "reached by " + root.text;
    if (ra != rb) {
      const RootId other = thread == ra ? rb : ra;
      out.text += " and by ";
      out.text += evidence_.roots[other].text;
    }
    out.module = root.module;
    out.site = root.site;
    out.has_site = true;
  }

  void at_lock(LocationId lock, Sharing& out) const {
    for (const AccessRef& access : model_.locations[lock].accesses) {
      const Access& made = model_.summary(access.module).accesses[access.access];
      if (made.op != AccessOp::store) continue;
      out.module = access.module;
      out.site = made.range;
      out.has_site = true;
      return;
    }
  }

  std::string lock_name(LocationId lock) const {
    return std::string(model_.symbols.text(model_.locations[lock].name));
  }

  void by_claim(LocationId id, Sharing& out) const {
    LocationId top = id;
    while (model_.locations[top].parent != kNone) top = model_.locations[top].parent;
    const Location& location = model_.locations[top];
    const bool threaded = model_.options.assume == Assume::threaded;
    const Confidence assumed = evidence_.api_strength[id];
    out.strength = out.guarded_elsewhere ? Confidence::high : Confidence::medium;
    if (threaded) out.strength = out.guarded_elsewhere ? Confidence::high : assumed;
    ModuleIndex home = 0;
    switch (location.kind) {
      case LocationKind::class_attribute:
      case LocationKind::instance_attribute: {
        home = model_.classes[location.owner].module;
        for (const ClassIndex c : candidates(location)) {
          const ClassInfo& info = model_.classes[c];
          if (info.documented_unsafe) continue;
          const std::string name(model_.text(info.module, model_.klass(c).qualname));
          if (info.owns_lock && info.lock != kNone) {
            out.reason = Sharing::Reason::owned_lock;
            out.text = name + " owns the lock " + lock_name(info.lock);
            at_lock(info.lock, out);
            return;
          }
          if (info.documented_thread_safe) {
            out.reason = Sharing::Reason::documented;
            out.text = name + " is documented as thread-safe";
            out.module = info.module;
            out.site = model_.klass(c).name_range;
            out.has_site = true;
            return;
          }
        }
        break;
      }
      case LocationKind::global: home = location.owner; break;
      default: home = model_.module_of(location.owner); break;
    }
    for (LocationId l = 0; l < model_.locations.size(); ++l) {
      const Location& lock = model_.locations[l];
      const bool beside = (lock.kind == LocationKind::global && lock.owner == home) ||
                          (lock.kind == location.kind && lock.owner == location.owner);
      if (!beside || lock.type.kind != Type::Kind::builtin ||
          !rules::is_lock(lock.type.container)) {
        continue;
      }
      out.reason = Sharing::Reason::owned_lock;
      out.text = lock.kind == LocationKind::global
                     ? "module " + std::string(model_.summary(home).module) + " owns the lock " +
                           lock_name(l)
                     : "it is kept beside the lock " + lock_name(l);
      at_lock(l, out);
      return;
    }
    if (model_.summary(home).documented_thread_safe) {
      out.reason = Sharing::Reason::documented;
      out.text = "its module is documented as thread-safe";
      return;
    }
    out.reason = Sharing::Reason::assumed;
    out.strength = assumed;
    out.text = "every public function is taken to run in several threads (assume = threaded)";
  }

  /// The class itself, then those below that work on the location.
  std::vector<ClassIndex> candidates(const Location& location) const {
    std::vector<ClassIndex> out{location.owner};
    for (const AccessRef& access : location.accesses) {
      const ClassIndex user = model_.functions[access.function].owner;
      if (user != kNone && model_.derives_from(user, location.owner) &&
          std::find(out.begin(), out.end(), user) == out.end()) {
        out.push_back(user);
      }
    }
    return out;
  }

  const Evidence& evidence_;
  const Model& model_;
};

}  // namespace

void decide_sharing(Evidence& evidence, const ParallelFor& parallel) {
  const std::size_t count = evidence.model->locations.size();
  evidence.sharing.resize(count);
  evidence.guarded.assign(count, 0);
  const Judge judge(evidence);
  const auto for_each_location = [&](const auto& act) {
    parallel((count + kChunk - 1) / kChunk, [&](std::size_t chunk) {
      const std::size_t end = std::min(count, (chunk + 1) * kChunk);
      for (std::size_t l = chunk * kChunk; l < end; ++l) act(static_cast<LocationId>(l));
    });
  };
  for_each_location([&](LocationId l) { evidence.guarded[l] = judge.guarded(l) ? 1 : 0; });
  for_each_location([&](LocationId l) { evidence.sharing[l] = judge.judge(l); });
}

}  // namespace gilcheck::analyzer
