#include "analyzer/detect/external_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analyzer/detect/code_text.h"
#include "analyzer/link/external_table.h"
#include "analyzer/link/method_calls.h"
#include "base/fingerprint.h"
#include "rules/catalogue.h"

namespace gilcheck::analyzer {

namespace {

/// One place where Python runs a C function that touches unprotected state.
struct Use {
  const ExternalState* state = nullptr;
  CallPlace at;
  ModuleIndex module = 0;
  ByteRange range;
  std::string name;  ///< as Python calls it: "spam.bump", "counter.add"
  HeldId held = 0;
  std::vector<LockId> locks;
  bool possibly_locked = false;
  /// Of a method: the object, and the access through which it is reached.
  LocationId object = kNone;
  AccessRef access;
};

struct Meeting {
  const Use* first = nullptr;
  const Use* second = nullptr;
  std::pair<RootId, RootId> roots;
};

class ExternalCalls {
 public:
  explicit ExternalCalls(const DetectContext& context)
      : c_(context), table_(context.program.external_state()) {}

  std::vector<Finding> run() {
    find_calls();
    find_methods();
    judge();
    return std::move(out_);
  }

 private:
  // ------------------------------------------------------------ uses

  void locks_at(Use& use) const {
    for (const HeldLock& held : c_.program.locks_held(use.at.function, use.held)) {
      if (held.strength == HeldLock::Strength::none) continue;
      if (held.strength == HeldLock::Strength::possible || held.lock == kNone) {
        use.possibly_locked = true;
      } else if (c_.program.locks()[held.lock].scope != Lock::Scope::fresh) {
        use.locks.push_back(held.lock);
      }
    }
  }

  /// Every call, for state that all callers share.
  void find_calls() {
    const auto functions = c_.program.functions();
    for (FunctionIndex f = 0; f < functions.size(); ++f) {
      const FunctionInfo& info = functions[f];
      if (info.import_time) continue;
      const ModuleSummary& summary = c_.summary(info.module);
      const Function& function = c_.program.function(f);
      for (CallId id = function.calls.first; id < function.calls.end(); ++id) {
        const Call& call = summary.calls[id];
        std::string_view method;
        const ExternalTable::Rows& rows = rows_of(info.module, id, method);
        for (const ExternalState* state : rows) {
          if (state->of_object) continue;
          Use use;
          use.state = state;
          use.at = {f, id, call.before};
          use.module = info.module;
          use.range = call.range;
          use.name = state->module + "." + state->name;
          use.held = call.held;
          locks_at(use);
          uses_.push_back(std::move(use));
        }
      }
    }
  }

  const ExternalTable::Rows& rows_of(ModuleIndex module, CallId id,
                                     std::string_view& method) const {
    static const ExternalTable::Rows kNothing;
    const ModuleSummary& summary = c_.summary(module);
    const ValueNode& callee = summary.values[summary.calls[id].callee];
    const Callee& target = c_.program.callee(module, id);
    if (target.kind != Callee::Kind::external && target.kind != Callee::Kind::unknown) {
      return kNothing;
    }
    if (callee.kind == ValueKind::path && summary.paths[callee.a].kind == PathKind::attr) {
      const PathNode& path = summary.paths[callee.a];
      const Type receiver = c_.program.type_of_path(module, path.parent);
      if (receiver.kind == Type::Kind::external_instance) {
        method = summary.name(path.sym);
        return table_.method(c_.program.symbol(receiver.external), method);
      }
    }
    if (target.kind != Callee::Kind::external || target.external == 0) return kNothing;
    return table_.called(c_.program.symbol(target.external));
  }

  /// Accesses to shared objects of extension types, for state of the object.
  void find_methods() {
    const auto locations = c_.program.locations();
    for (LocationId id = 0; id < locations.size(); ++id) {
      const Location& location = locations[id];
      if (location.type.kind != Type::Kind::external_instance) continue;
      if (c_.concurrency.sharing(id).reason == Sharing::Reason::none) continue;
      const std::string_view type = c_.program.symbol(location.type.external);
      if (!table_.is_type(type)) continue;
      for (const AccessFacts& facts : c_.facts[id].accesses) {
        const Access& access = c_.access(facts.ref);
        for (const auto& [method, shown] : methods_of(facts.ref.module, facts.ref.access)) {
          for (const ExternalState* state : table_.method(type, method)) {
            if (!state->of_object) continue;
            Use use;
            use.state = state;
            use.at = {facts.ref.function, kNone, facts.ref.access};
            use.module = facts.ref.module;
            use.range = c_.summary(use.module).accesses[shown].range;
            use.name = c_.code({use.module, shown, facts.ref.function}, 40);
            use.held = access.held;
            use.locks = facts.locks;
            use.possibly_locked = facts.possibly_locked;
            use.object = id;
            use.access = facts.ref;
            uses_.push_back(std::move(use));
          }
        }
        find_named_calls(id, facts, type);
      }
    }
  }

  /// Methods by any name, called on what an access loads.
  void find_named_calls(LocationId id, const AccessFacts& facts, std::string_view type) {
    const ModuleIndex module = facts.ref.module;
    const ModuleSummary& summary = c_.summary(module);
    const Function& function = c_.program.function(facts.ref.function);
    for (const MethodCall& named : method_calls_on(summary, function, facts.ref.access)) {
      const Call& call = summary.calls[named.call];
      for (const ExternalState* state : table_.method(type, summary.name(named.method))) {
        if (!state->of_object) continue;
        Use use;
        use.state = state;
        use.at = {facts.ref.function, kNone, facts.ref.access};
        use.module = module;
        use.range = call.range;
        use.name = c_.code_of(module, call.range, 40);
        use.held = call.held;
        if (call.held == c_.access(facts.ref).held) {
          use.locks = facts.locks;
          use.possibly_locked = facts.possibly_locked;
        } else {
          locks_at(use);
        }
        use.object = id;
        use.access = facts.ref;
        uses_.push_back(std::move(use));
      }
    }
  }

  /// What Python calls on the object an access reads or uses, under the names of ExternalState, and
  /// the access whose text shows it.
  std::vector<std::pair<std::string, AccessId>> methods_of(ModuleIndex module, AccessId id) const {
    const ModuleSummary& summary = c_.summary(module);
    const Access& access = summary.accesses[id];
    if (access.op != AccessOp::load) {
      const std::string_view method = method_of(module, access);
      if (method.empty()) return {};
      return {{std::string(method), id}};
    }
    std::vector<std::pair<std::string, AccessId>> out;
    if (access.method != 0) {
      out.emplace_back(summary.name(access.method), id);
    }
    // `object.name` reads the object, and then its attribute.
    if (id + 1 >= summary.accesses.size()) return out;
    const Access& next = summary.accesses[id + 1];
    const PathNode& path = summary.paths[next.path];
    if (path.kind != PathKind::attr || path.parent != access.path) return out;
    const std::string attribute(summary.name(path.sym));
    const bool augmented = (next.flags & kAccessAugmented) != 0;
    if (next.op == AccessOp::load) out.emplace_back(attribute + ".__get__", id + 1);
    if (next.op == AccessOp::store || next.op == AccessOp::del || augmented) {
      out.emplace_back(attribute + ".__set__", id + 1);
    }
    return out;
  }

  std::string_view method_of(ModuleIndex module, const Access& access) const {
    switch (access.op) {
      case AccessOp::method: return c_.summary(module).name(access.method);
      case AccessOp::item_load: return "__getitem__";
      case AccessOp::item_store: return "__setitem__";
      case AccessOp::item_del: return "__delitem__";
      case AccessOp::contains: return "__contains__";
      case AccessOp::length: return "__len__";
      case AccessOp::iterate: return "__iter__";
      case AccessOp::whole:
        return c_.summary(module).name(access.method) == "next" ? "__next__" : "__iter__";
      default: return {};
    }
  }

  // ------------------------------------------------------------ judgement

  static bool common_lock(const Use& a, const Use& b) {
    return std::any_of(a.locks.begin(), a.locks.end(), [&](LockId lock) {
      return std::find(b.locks.begin(), b.locks.end(), lock) != b.locks.end();
    });
  }

  std::optional<std::pair<RootId, RootId>> meet(const Use& a, const Use& b) const {
    if (common_lock(a, b)) return std::nullopt;
    if (a.object != b.object) return std::nullopt;
    if (a.object != kNone) return c_.concurrency.parallel_roots(a.object, a.access, b.access);
    return c_.concurrency.calls_meet(a.at, b.at);
  }

  void judge() {
    // Uses of one state; of an object's, on one object.
    std::map<std::tuple<std::string, std::string, LocationId>, std::vector<const Use*>> groups;
    for (const Use& use : uses_) {
      groups[{use.state->location.name, use.state->access.site.path, use.object}].push_back(&use);
    }
    std::map<std::pair<FunctionIndex, std::string>, std::pair<int, Finding>> best;
    for (const auto& [key, group] : groups) {
      for (const Use* use : group) {
        const auto meeting = meeting_of(*use, group);
        if (!meeting) continue;
        Finding made = argue(*meeting);
        const int rank = static_cast<int>(made.confidence);
        const auto slot = std::pair(use->at.function, use->state->site.path + use->state->function);
        const auto found = best.find(slot);
        if (found == best.end()) {
          best.emplace(slot, std::pair(rank, std::move(made)));
        } else if (rank > found->second.first ||
                   (rank == found->second.first && made.span < found->second.second.span)) {
          found->second = {rank, std::move(made)};
        }
      }
    }
    for (auto& [slot, made] : best) out_.push_back(std::move(made.second));
  }

  /// The surest partner in another thread.
  std::optional<Meeting> meeting_of(const Use& use, const std::vector<const Use*>& group) const {
    std::optional<Meeting> out;
    for (const Use* other : group) {
      const auto roots = meet(use, *other);
      if (!roots) continue;
      const bool sure = seen(roots->first) && seen(roots->second);
      if (out && !(sure && !(seen(out->roots.first) && seen(out->roots.second)))) continue;
      out = Meeting{&use, other, *roots};
      if (sure) break;
    }
    return out;
  }

  bool seen(RootId root) const {
    const ThreadRoot::Kind kind = c_.concurrency.roots()[root].kind;
    return kind != ThreadRoot::Kind::main && kind != ThreadRoot::Kind::public_api;
  }

  // ------------------------------------------------------------ writing down

  Site site_of(ModuleIndex module, ByteRange range) const {
    return {c_.summary(module).path, c_.source(module).span(range)};
  }

  AccessRecord record(const Use& use, std::string note) const {
    AccessRecord out;
    out.kind = AccessKind::call;
    out.site = site_of(use.module, use.range);
    out.symbol = c_.program.function_name(use.at.function);
    for (const LockId lock : use.locks) out.locks.push_back(c_.program.locks()[lock].name);
    out.note = std::move(note);
    return out;
  }

  Confidence confidence(const Meeting& meeting) const {
    const Use& use = *meeting.first;
    Confidence out = use.state->confidence;
    if (!seen(meeting.roots.first) || !seen(meeting.roots.second)) {
      out = at_most(out, Confidence::medium);
    }
    if (use.object != kNone) out = at_most(out, c_.concurrency.sharing(use.object).strength);
    if (use.possibly_locked && meeting.second->possibly_locked) out = Confidence::low;
    return out;
  }

  Finding argue(const Meeting& meeting) const {
    const Use& use = *meeting.first;
    const Use& other = *meeting.second;
    const ExternalState& state = *use.state;
    Finding out;
    out.rule = "GIL107";
    if (const rules::Rule* rule = rules::find(out.rule)) {
      out.name = rule->name;
      out.severity = rule->severity;
    }
    out.confidence = confidence(meeting);
    out.window = state.window;
    out.path = c_.summary(use.module).path;
    out.span = c_.source(use.module).span(use.range);
    out.symbol = c_.program.function_name(use.at.function);
    out.message = fmt::format(
        "{} is relied on as one step, and {}() {} {} without a lock", use.name, state.function,
        state.access.kind == AccessKind::read ? "reads" : "changes", state.location.name);
    out.location = use.object == kNone
                       ? state.location
                       : gilcheck::Location{std::string(c_.program.location_kind(use.object)),
                                            c_.program.location_name(use.object)};
    out.region.push_back(record(use, ""));
    AccessRecord in_c = state.access;
    in_c.note = fmt::format("what {} runs", use.name);
    out.region.push_back(std::move(in_c));
    out.conflicts.push_back(record(other, &use == &other ? "the same code in another thread" : ""));
    if (other.state->access.site != state.access.site) {
      AccessRecord theirs = other.state->access;
      theirs.note = fmt::format("what {} runs", other.name);
      out.conflicts.push_back(std::move(theirs));
    }

    const auto add = [&](EvidenceKind kind, std::string text, std::optional<Site> site = {}) {
      out.evidence.push_back({kind, std::move(text), std::move(site)});
    };
    if (use.object != kNone) {
      const Sharing& sharing = c_.concurrency.sharing(use.object);
      std::optional<Site> site;
      if (sharing.has_site) site = site_of(sharing.module, sharing.site);
      add(EvidenceKind::shared, sharing.text, site);
    } else {
      add(EvidenceKind::shared,
          fmt::format("{} is one for all callers of {}", state.location.name, use.name),
          state.access.site);
      std::set<RootId> said;
      for (const RootId id : {meeting.roots.first, meeting.roots.second}) {
        const ThreadRoot& root = c_.concurrency.roots()[id];
        if (!said.insert(id).second) continue;
        if (!seen(id)) {
          add(EvidenceKind::root, root.text);
        } else {
          add(EvidenceKind::root, root.text, site_of(root.module, root.site));
        }
      }
    }
    add(EvidenceKind::note,
        fmt::format("Python's {}.{} is {}() in C ({})", state.module, state.name, state.function,
                    state.rule),
        state.site);
    add(EvidenceKind::guard,
        use.locks.empty() && other.locks.empty()
            ? "neither the calls nor the C function hold a lock"
            : "no lock is held over both calls, and the C function takes none");
    add(EvidenceKind::gil,
        out.window == WindowClass::already_racy
            ? "the C function gives up the GIL or runs Python code inside: it is not one step today"
            : "the GIL makes the C function one step; the free-threaded build does not");
    add(EvidenceKind::harm,
        "two threads are inside the C function at once and each undoes what the other does");
    add(EvidenceKind::fix,
        "lock in the C function (its own finding says how), or hold one "
        "threading.Lock over every call from Python");

    std::uint64_t hash = stable_hash(out.rule);
    hash = stable_hash(out.path, stable_hash("|", hash));
    hash = stable_hash(out.symbol, stable_hash("|", hash));
    hash = stable_hash(state.location.name, stable_hash("|", hash));
    hash = stable_hash(state.function, stable_hash("|", hash));
    out.fingerprint = hex16(hash);
    return out;
  }

  const DetectContext& c_;
  const ExternalTable& table_;
  std::vector<Use> uses_;
  std::vector<Finding> out_;
};

}  // namespace

std::vector<Finding> find_external_calls(const DetectContext& context) {
  if (context.program.external_state().empty()) return {};
  return ExternalCalls(context).run();
}

}  // namespace gilcheck::analyzer
