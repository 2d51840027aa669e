// Which roots reach which functions.
#include <algorithm>
#include <utility>

#include "analyzer/evidence/model.h"
#include "analyzer/link/evaluator.h"
#include "analyzer/link/spawns.h"

namespace gilcheck::analyzer {
namespace {

/// Sets of roots as rows of bits, spread along the call graph to a fixpoint.
class Spread {
 public:
  Spread(const Model& model, std::size_t roots)
      : model_(model),
        words_((roots + 63) / 64),
        bits_(model.functions.size() * words_, 0),
        queued_(model.functions.size(), 0) {}

  void start(FunctionIndex f, RootId root) {
    bits_[f * words_ + root / 64] |= std::uint64_t{1} << (root % 64);
    push(f);
  }

  /// What reaches `from` reaches `to`, beyond what the call graph says.
  void more(FunctionIndex from, FunctionIndex to) { more_.push_back({from, to}); }
  /// The edge is told by `more`.
  void leave_out(std::uint32_t edge) {
    if (left_out_.empty()) left_out_.assign(model_.edges.size(), 0);
    left_out_[edge] = 1;
  }

  void run() {
    std::sort(more_.begin(), more_.end());
    while (!work_.empty()) {
      const FunctionIndex f = work_.back();
      work_.pop_back();
      queued_[f] = 0;
      for (std::uint32_t e = model_.edges_from[f]; e < model_.edges_from[f + 1]; ++e) {
        if (left_out_.empty() || left_out_[e] == 0) hand_on(f, model_.edges[e].to);
      }
      auto next = std::lower_bound(more_.begin(), more_.end(), std::pair{f, FunctionIndex{0}});
      for (; next != more_.end() && next->first == f; ++next) hand_on(f, next->second);
    }
  }

  std::vector<RootId> of(FunctionIndex f) const {
    std::vector<RootId> out;
    for (std::size_t w = 0; w < words_; ++w) {
      for (std::uint64_t rest = bits_[f * words_ + w]; rest != 0; rest &= rest - 1) {
        out.push_back(static_cast<RootId>(w * 64) + static_cast<RootId>(__builtin_ctzll(rest)));
      }
    }
    return out;
  }

 private:
  void hand_on(FunctionIndex from, FunctionIndex to) {
    bool changed = false;
    for (std::size_t w = 0; w < words_; ++w) {
      const std::uint64_t more = bits_[from * words_ + w] & ~bits_[to * words_ + w];
      if (more == 0) continue;
      bits_[to * words_ + w] |= more;
      changed = true;
    }
    if (changed) push(to);
  }

  void push(FunctionIndex f) {
    if (queued_[f] != 0) return;
    queued_[f] = 1;
    work_.push_back(f);
  }

  const Model& model_;
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
  std::vector<std::uint8_t> queued_;
  std::vector<FunctionIndex> work_;
  std::vector<std::pair<FunctionIndex, FunctionIndex>> more_;
  std::vector<std::uint8_t> left_out_;
};

/// `def retry(do): do()` runs for each caller what that caller passed, not what all others did:
/// the functions that pass `target` as the parameter which an edge's call calls.
class Passers {
 public:
  explicit Passers(const Model& model)
      : model_(model), evaluator_(model), by_module_(model.modules.size()) {}

  /// False if the edge is another kind of call, or where the target comes from is not all seen.
  bool find(const Edge& edge, std::vector<FunctionIndex>& out) {
    if (edge.call == kNone) return false;
    const ModuleIndex m = model_.module_of(edge.from);
    if (model_.tables[m].callees[edge.call].kind != Callee::Kind::unknown) return false;
    const ValueNode& callee = model_.summary(m).values[model_.summary(m).calls[edge.call].callee];
    if (callee.kind != ValueKind::param) return false;
    out.clear();
    complete_ = true;
    collect(model_.param_index(m, callee.a, callee.b), edge.to, out, 0);
    return complete_ && !out.empty();
  }

 private:
  void collect(std::uint32_t param, FunctionIndex target, std::vector<FunctionIndex>& out,
               int depth) {
    if (depth > 3) return;
    for (const Flow& flow : model_.param_flows.of(param)) {
      if (flow.kind != Flow::Kind::value) continue;
      const ValueNode& node = model_.summary(flow.module).values[flow.value];
      if (node.kind == ValueKind::param) {
        collect(model_.param_index(flow.module, node.a, node.b), target, out, depth + 1);
        continue;
      }
      if (node.kind != ValueKind::function && node.kind != ValueKind::path) continue;
      evaluator_.reset();
      if (target_of(model_, evaluator_, flow.module, flow.value).function != target) continue;
      const std::vector<std::pair<ValueId, FuncId>>& passed = arguments(flow.module);
      auto place = std::lower_bound(passed.begin(), passed.end(), std::pair{flow.value, FuncId{0}});
      if (place == passed.end() || place->first != flow.value) complete_ = false;
      for (; place != passed.end() && place->first == flow.value; ++place) {
        out.push_back(model_.function_index(flow.module, place->second));
      }
    }
  }

  const std::vector<std::pair<ValueId, FuncId>>& arguments(ModuleIndex m) {
    std::vector<std::pair<ValueId, FuncId>>& out = by_module_[m];
    if (!out.empty()) return out;
    const ModuleSummary& s = model_.summary(m);
    for (const Call& call : s.calls) {
      for (std::uint32_t i = call.args.first; i < call.args.end(); ++i) {
        out.emplace_back(s.arguments[i].value, call.function);
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  const Model& model_;
  Evaluator evaluator_;
  std::vector<std::vector<std::pair<ValueId, FuncId>>> by_module_;  ///< arguments, sorted
  bool complete_ = true;
};

}  // namespace

std::uint32_t RootSets::intern(std::vector<RootId> set) {
  std::uint64_t hash = 0x9E3779B97F4A7C15ull;
  for (const RootId root : set) hash = (hash ^ root) * 0x100000001B3ull;
  std::vector<std::uint32_t>& candidates = by_hash_[hash];
  for (const std::uint32_t id : candidates) {
    if (sets_[id] == set) return id;
  }
  sets_.push_back(std::move(set));
  candidates.push_back(static_cast<std::uint32_t>(sets_.size() - 1));
  return candidates.back();
}

void propagate_roots(Evidence& evidence) {
  const Model& model = *evidence.model;
  Spread spread(model, evidence.roots.size());
  std::vector<std::uint8_t> thread_entry(model.functions.size(), 0);
  for (RootId r = 0; r < evidence.roots.size(); ++r) {
    if (!evidence.is_thread(r)) continue;
    const bool interrupts = evidence.details[r].interrupts;
    for (const FunctionIndex f : evidence.roots[r].entries) {
      if (evidence.details[r].synchronous) {
        spread.more(evidence.roots[r].spawner, f);
        thread_entry[f] = 1;
        continue;
      }
      // A signal handler runs in the main thread.
      spread.start(f, interrupts ? evidence.main : r);
      if (!interrupts) thread_entry[f] = 1;
    }
  }
  if (evidence.api != kNone) {
    for (const FunctionIndex f : evidence.roots[evidence.api].entries) {
      spread.start(f, evidence.api);
    }
  }
  std::vector<std::uint8_t> is_api(model.functions.size(), 0);
  if (evidence.api != kNone) {
    for (const FunctionIndex f : evidence.roots[evidence.api].entries) is_api[f] = 1;
  }
  for (FunctionIndex f = 0; f < model.functions.size(); ++f) {
    const FunctionInfo& info = model.functions[f];
    const bool body = (model.function(f).flags & (kFunctionModule | kFunctionClassBody)) != 0;
    if (body || info.import_time) continue;
    bool from_import = false;
    for (std::uint32_t i = model.edges_into_first[f]; i < model.edges_into_first[f + 1]; ++i) {
      if (model.functions[model.edges[model.edges_into[i]].from].import_time) from_import = true;
    }
    const bool uncalled = model.edges_into_first[f] == model.edges_into_first[f + 1];
    const bool unknown_callers =
        (uncalled || info.escapes) && thread_entry[f] == 0 && is_api[f] == 0;
    if (from_import || unknown_callers) spread.start(f, evidence.main);
  }
  Passers passers(model);
  std::vector<FunctionIndex> from;
  for (std::uint32_t e = 0; e < model.edges.size(); ++e) {
    if (!passers.find(model.edges[e], from)) continue;
    spread.leave_out(e);
    for (const FunctionIndex f : from) spread.more(f, model.edges[e].to);
  }
  spread.run();
  evidence.set_of.resize(model.functions.size());
  for (FunctionIndex f = 0; f < model.functions.size(); ++f) {
    evidence.set_of[f] = evidence.sets.intern(spread.of(f));
  }
  // Module code that starts threads goes on beside them; what it calls has its own entry above.
  for (const RootDetail& detail : evidence.details) {
    for (const Window& window : detail.windows) {
      if ((model.function(window.function).flags & kFunctionModule) != 0) {
        evidence.set_of[window.function] = evidence.sets.intern({evidence.main});
      }
    }
  }
}

void find_loop_code(Evidence& evidence) {
  const Model& model = *evidence.model;
  std::vector<std::uint8_t>& in_loop = evidence.in_loop;
  in_loop.assign(model.functions.size(), 0);
  std::vector<FunctionIndex> work;
  for (FunctionIndex f = 0; f < model.functions.size(); ++f) {
    if ((model.function(f).flags & kFunctionAsync) == 0) continue;
    in_loop[f] = 1;
    work.push_back(f);
  }
  std::vector<std::uint8_t> entered(model.functions.size(), 0);
  for (const ThreadRoot& root : evidence.roots) {
    for (const FunctionIndex f : root.entries) entered[f] = 1;
  }
  while (!work.empty()) {
    const FunctionIndex f = work.back();
    work.pop_back();
    for (std::uint32_t e = model.edges_from[f]; e < model.edges_from[f + 1]; ++e) {
      const FunctionIndex to = model.edges[e].to;
      if (in_loop[to] != 0 || entered[to] != 0 || model.functions[to].escapes) continue;
      bool only = true;
      for (std::uint32_t i = model.edges_into_first[to]; i < model.edges_into_first[to + 1]; ++i) {
        if (in_loop[model.edges[model.edges_into[i]].from] == 0) only = false;
      }
      if (!only) continue;
      in_loop[to] = 1;
      work.push_back(to);
    }
  }
}

}  // namespace gilcheck::analyzer
