// What runs before a thread is started or after it was joined: windows of positions in the function
// that starts it and in that function's callers, and functions called only outside of them.
#include <algorithm>

#include "analyzer/evidence/model.h"
#include "analyzer/link/evaluator.h"

namespace gilcheck::analyzer {
namespace {

using rules::Container;

constexpr std::size_t kMostWindows = 24;

/// The extent of a loop: accesses and calls of the function inside it.
struct Extent {
  AccessId first = kNone;
  AccessId end = 0;
  CallId first_call = kNone;
  CallId end_call = 0;
};

class WindowFinder {
 public:
  explicit WindowFinder(Evidence& evidence)
      : evidence_(evidence), model_(*evidence.model), evaluator_(model_) {}

  void run(RootId r) {
    const ThreadRoot& root = evidence_.roots[r];
    if (root.spawner == kNone || root.call == kNone) return;
    RootDetail& detail = evidence_.details[r];
    detail.windows.clear();
    if (waited_for_at_once(root)) {
      detail.synchronous = true;
      evidence_.roots[r].many = false;
      evidence_.roots[r].same_receiver = false;
      evidence_.roots[r].text += ", waited for at once";
      return;
    }
    detail.windows.push_back(window_of(root));
    {
      const ModuleSummary& s = model_.summary(model_.module_of(root.spawner));
      Window turn;
      if (joined_in_turn(s, model_.function(root.spawner), root, root.call, turn)) {
        evidence_.roots[r].many = false;
        evidence_.roots[r].same_receiver = false;
      }
    }
    // Callers: from the call on, and past it unless the threads are joined inside.
    for (std::size_t i = 0; i < detail.windows.size() && detail.windows.size() < kMostWindows;
         ++i) {
      const Window inner = detail.windows[i];
      const bool joined = inner.joined;
      for (std::uint32_t e = model_.edges_into_first[inner.function];
           e < model_.edges_into_first[inner.function + 1]; ++e) {
        const Edge& edge = model_.edges[model_.edges_into[e]];
        if (edge.call == kNone) continue;
        extend(detail, edge, joined, root);
      }
    }
    // Joined where they are started: calls one after the other do not overlap.
    if (detail.by_callers && detail.windows.front().joined) {
      evidence_.roots[r].many = false;
      evidence_.roots[r].same_receiver = false;
      detail.by_callers = false;
    }
    find_ordered(r);
    find_beside(r);
    const FunctionInfo& spawner = model_.functions[root.spawner];
    if (spawner.construction && detail.self != kNone &&
        model_.self_method(root.module, detail.receiver) != kNone) {
      evidence_.starting_constructors[root.spawner].push_back(r);
    }
  }

 private:
  Extent extent_of_loop(const ModuleSummary& s, const Function& function, BlockId loop) const {
    Extent out;
    const auto inside = [&](BlockId block) {
      for (; block != kNone; block = s.blocks[block].parent) {
        if (block == loop) return true;
      }
      return false;
    };
    for (AccessId a = function.accesses.first; a < function.accesses.end(); ++a) {
      if (!inside(s.accesses[a].block)) continue;
      if (out.first == kNone) out.first = a;
      out.end = a + 1;
    }
    for (CallId c = function.calls.first; c < function.calls.end(); ++c) {
      if (!inside(s.calls[c].block)) continue;
      if (out.first_call == kNone) {
        out.first_call = c;
        out.first = std::min(out.first, s.calls[c].before);
      }
      out.end_call = c + 1;
      out.end = std::max(out.end, s.calls[c].before);
    }
    return out;
  }

  /// The outermost loop around a block, kNone if there is none.
  static BlockId outermost_loop(const ModuleSummary& s, BlockId block) {
    BlockId out = kNone;
    for (; block != kNone; block = s.blocks[block].parent) {
      if (s.blocks[block].loop) out = block;
    }
    return out;
  }

  /// Every branch on the way from the join up is a loop, or is also around the start.
  static bool certain(const ModuleSummary& s, BlockId join, BlockId start) {
    std::vector<BlockId> around;
    for (; start != kNone; start = s.blocks[start].parent) around.push_back(start);
    for (; join != kNone; join = s.blocks[join].parent) {
      if (std::find(around.begin(), around.end(), join) != around.end()) return true;
      if (!s.blocks[join].loop) return false;
    }
    return true;
  }

  void begin_at(const ModuleSummary& s, const Function& function, CallId call, Window& window) {
    window.first = s.calls[call].before;
    window.first_call = call;
    if (const BlockId loop = outermost_loop(s, s.calls[call].block); loop != kNone) {
      const Extent extent = extent_of_loop(s, function, loop);
      window.first = std::min(window.first, extent.first);
      window.first_call = std::min(window.first_call, extent.first_call);
    }
  }

  void end_at(const ModuleSummary& s, const Function& function, CallId call, Window& window) {
    window.end = s.calls[call].before;
    window.end_call = call + 1;
    window.joined = true;
    if (const BlockId loop = outermost_loop(s, s.calls[call].block); loop != kNone) {
      const Extent extent = extent_of_loop(s, function, loop);
      window.end = std::max(window.end, extent.end);
      window.end_call = std::max(window.end_call, extent.end_call);
    }
  }

  /// A branch that ends by leaving the function: what stands behind it does not follow the call.
  void leave_at(const ModuleSummary& s, const Function& function, CallId call, Window& window) {
    if (outermost_loop(s, s.calls[call].block) != kNone) return;
    BlockId branch = s.calls[call].block;
    while (branch != kNone && branch != function.body && !s.blocks[branch].exits) {
      branch = s.blocks[branch].parent;
    }
    if (branch == kNone || branch == function.body) return;
    const auto inside = [&](BlockId block) {
      while (block != kNone && block != branch) block = s.blocks[block].parent;
      return block == branch;
    };
    window.end = s.calls[call].before;
    window.end_call = call + 1;
    for (AccessId a = window.end; a < function.accesses.end(); ++a) {
      if (inside(s.accesses[a].block)) window.end = a + 1;
    }
    for (CallId c = call + 1; c < function.calls.end(); ++c) {
      if (inside(s.calls[c].block)) window.end_call = c + 1;
    }
  }

  std::string_view method_of(const ModuleSummary& s, CallId c, PathId& receiver) const {
    const ValueNode& callee = s.values[s.calls[c].callee];
    if (callee.kind != ValueKind::path || s.paths[callee.a].kind != PathKind::attr) return {};
    receiver = s.paths[callee.a].parent;
    return s.name(s.paths[callee.a].sym);
  }

  /// The thread object behind a path: the call that made it, if that is what the path says.
  static CallId made_by(const ModuleSummary& s, PathId path) {
    if (s.paths[path].kind != PathKind::value) return kNone;
    const ValueNode& value = s.values[s.paths[path].aux];
    return value.kind == ValueKind::call ? value.a : kNone;
  }

  static BlockId innermost_loop(const ModuleSummary& s, BlockId block) {
    while (block != kNone && !s.blocks[block].loop) block = s.blocks[block].parent;
    return block;
  }

  /// Started and joined in the same turn of a loop: never two at a time.
  bool joined_in_turn(const ModuleSummary& s, const Function& function, const ThreadRoot& root,
                      CallId start, Window& out) const {
    const BlockId loop = innermost_loop(s, s.calls[root.call].block);
    if (loop == kNone) return false;
    for (CallId c = start + 1; c < function.calls.end(); ++c) {
      PathId receiver = 0;
      if (method_of(s, c, receiver) != "join" || made_by(s, receiver) != root.call) continue;
      BlockId block = s.calls[c].block;
      while (block != kNone && block != loop && !s.blocks[block].loop) {
        block = s.blocks[block].parent;
      }
      if (block != loop || !certain(s, s.calls[c].block, s.calls[root.call].block)) continue;
      out.first = s.calls[start].before;
      out.first_call = start;
      out.end = s.calls[c].before;
      out.end_call = c + 1;
      out.joined = true;
      return true;
    }
    return false;
  }

  /// The function starts the thread (or task) and does nothing until it is over: it runs in place
  /// of its caller, not beside it.
  bool waited_for_at_once(const ThreadRoot& root) const {
    const bool thread = root.kind == ThreadRoot::Kind::thread;
    if (!thread && root.kind != ThreadRoot::Kind::executor) return false;
    const ModuleIndex m = model_.module_of(root.spawner);
    const ModuleSummary& s = model_.summary(m);
    const Function& function = model_.function(root.spawner);
    CallId start = thread ? kNone : root.call;
    for (CallId c = root.call + 1; c < function.calls.end(); ++c) {
      PathId receiver = 0;
      const std::string_view method = method_of(s, c, receiver);
      const bool own = !method.empty() && made_by(s, receiver) == root.call;
      if (own && start == kNone && method == "start") {
        start = c;
        continue;
      }
      if (start == kNone) continue;
      if (own && method == (thread ? "join" : "result")) {
        // A time limit ends the waiting, not the thread.
        if (s.calls[c].args.count != 0) return false;
        if (innermost_loop(s, s.calls[c].block) != innermost_loop(s, s.calls[start].block) ||
            !certain(s, s.calls[c].block, s.calls[start].block)) {
          return false;
        }
        const std::vector<LocationId>& touched = model_.tables[m].access_locations;
        for (AccessId a = s.calls[start].before; a < s.calls[c].before; ++a) {
          if (touched[a] != kNone && made_by(s, s.accesses[a].path) != root.call) return false;
        }
        return true;
      }
      // Something else goes on beside the thread.
      const Callee::Kind callee = model_.tables[m].callees[c].kind;
      if (callee != Callee::Kind::external && callee != Callee::Kind::method) return false;
    }
    return false;
  }

  Window window_of(const ThreadRoot& root) {
    const ModuleIndex m = model_.module_of(root.spawner);
    const ModuleSummary& s = model_.summary(m);
    const Function& function = model_.function(root.spawner);
    Window out;
    out.function = root.spawner;
    CallId start = root.call;
    // Thread objects run from start() on, everything else from the call.
    if (root.kind == ThreadRoot::Kind::thread || root.kind == ThreadRoot::Kind::timer) {
      for (CallId c = root.call; c < function.calls.end(); ++c) {
        PathId receiver = 0;
        if (method_of(s, c, receiver) != "start") continue;
        const CallId made = made_by(s, receiver);
        if (made != kNone && made != root.call) continue;  // another thread
        start = c;
        break;
      }
    }
    if (joined_in_turn(s, function, root, start, out)) return out;
    begin_at(s, function, start, out);
    if ((s.calls[root.call].flags & kCallAwaited) != 0) {
      // `await to_thread(f)` goes on when f has returned.
      end_at(s, function, root.call, out);
      return out;
    }
    PathId pool = 0;
    method_of(s, root.call, pool);
    for (SectionId id = 0; id < s.sections.size() && pool != 0; ++id) {
      const Section& section = s.sections[id];
      if (model_.function_index(m, section.function) != root.spawner || section.lock != pool ||
          (section.kind != SectionKind::with_path && section.kind != SectionKind::with_call)) {
        continue;
      }
      // `with ThreadPoolExecutor() as pool:` waits at its end.
      out.joined = true;
      out.end = function.accesses.end();
      for (AccessId a = function.accesses.end(); a-- > function.accesses.first;) {
        if (s.accesses[a].range.begin < section.body.end) break;
        out.end = a;
      }
      out.end_call = function.calls.end();
      for (CallId c = function.calls.end(); c-- > function.calls.first;) {
        if (s.calls[c].range.begin < section.body.end) break;
        out.end_call = c;
      }
      return out;
    }
    for (CallId c = start + 1; c < function.calls.end(); ++c) {
      if (!joins(m, c, root, pool)) continue;
      if (!certain(s, s.calls[c].block, s.calls[root.call].block)) continue;
      end_at(s, function, c, out);
      break;
    }
    if (!out.joined) leave_at(s, function, start, out);
    return out;
  }

  /// The function waits for threads that it was not given here: stop(), close().
  bool joins_inside(FunctionIndex f) {
    const ModuleIndex m = model_.module_of(f);
    const ModuleSummary& s = model_.summary(m);
    const Function& function = model_.function(f);
    for (CallId c = function.calls.first; c < function.calls.end(); ++c) {
      PathId receiver = 0;
      if (method_of(s, c, receiver) != "join" || !certain(s, s.calls[c].block, kNone)) continue;
      const CallId made = made_by(s, receiver);
      if (made != kNone && s.calls[made].function == model_.functions[f].id) continue;
      evaluator_.reset();
      const Type type = evaluator_.place(m, receiver).type;
      if (type.container == Container::Thread || type.container == Container::Pool ||
          (type.kind == Type::Kind::unknown && s.calls[c].args.count == 0)) {
        return true;
      }
    }
    return false;
  }

  bool joins(ModuleIndex m, CallId c, const ThreadRoot& root, PathId pool) {
    const ModuleSummary& s = model_.summary(m);
    const Callee& callee = model_.tables[m].callees[c];
    if (callee.kind == Callee::Kind::function) return joins_inside(callee.function);
    PathId receiver = 0;
    const std::string_view method = method_of(s, c, receiver);
    if (method == "join") {
      const CallId made = made_by(s, receiver);
      if (made != kNone) {
        if (made == root.call) return true;
        // A pool or list of its own, or another thread.
        return pool != 0 && receiver == pool;
      }
      evaluator_.reset();
      const Type type = evaluator_.place(m, receiver).type;
      if (type.kind == Type::Kind::builtin || type.kind == Type::Kind::instance) {
        return type.container == Container::Thread || type.container == Container::Pool;
      }
      // Thread.join and Pool.join take at most a timeout; str.join takes what it joins.
      return type.kind == Type::Kind::unknown && s.calls[c].args.count == 0;
    }
    if (method == "shutdown" && pool != 0 && receiver == pool) {
      const Range args = s.calls[c].args;
      for (std::uint32_t i = args.first; i < args.end(); ++i) {
        const ValueNode& value = s.values[s.arguments[i].value];
        if (value.kind == ValueKind::constant && s.name(value.b) == "False") return false;
      }
      return true;
    }
    return false;
  }

  void extend(RootDetail& detail, const Edge& edge, bool joined, const ThreadRoot& root) {
    const ModuleIndex m = model_.module_of(edge.from);
    const ModuleSummary& s = model_.summary(m);
    const Function& function = model_.function(edge.from);
    Window outer;
    outer.function = edge.from;
    begin_at(s, function, edge.call, outer);
    if (joined) {
      end_at(s, function, edge.call, outer);
    } else {
      for (CallId c = edge.call + 1; c < function.calls.end(); ++c) {
        if (!joins(m, c, root, 0)) continue;
        if (!certain(s, s.calls[c].block, s.calls[edge.call].block)) continue;
        end_at(s, function, c, outer);
        break;
      }
      if (!outer.joined) leave_at(s, function, edge.call, outer);
    }
    for (Window& known : detail.windows) {
      if (known.function != outer.function) continue;
      // Several calls: from the first to the last.
      known.first = std::min(known.first, outer.first);
      known.first_call = std::min(known.first_call, outer.first_call);
      known.end = std::max(known.end, outer.end);
      known.end_call = std::max(known.end_call, outer.end_call);
      known.joined = known.joined && outer.joined;
      return;
    }
    detail.windows.push_back(outer);
  }

  const Window* window(const RootDetail& detail, FunctionIndex f) const {
    for (const Window& window : detail.windows) {
      if (window.function == f) return &window;
    }
    return nullptr;
  }

  /// What the windows' functions call while the threads run, directly or not.
  void find_beside(RootId r) {
    RootDetail& detail = evidence_.details[r];
    std::vector<std::uint8_t> seen(model_.functions.size(), 0);
    std::vector<FunctionIndex> work;
    // A window's function that another one calls is judged by its own window.
    for (const Window& window : detail.windows) seen[window.function] = 1;
    const auto reach = [&](FunctionIndex f) {
      if (seen[f] != 0) return;
      seen[f] = 1;
      work.push_back(f);
    };
    for (const Window& window : detail.windows) {
      for (std::uint32_t e = model_.edges_from[window.function];
           e < model_.edges_from[window.function + 1]; ++e) {
        const Edge& edge = model_.edges[e];
        if (!window.outside_call(edge.call, edge.position)) reach(edge.to);
      }
    }
    for (std::size_t i = 0; i < work.size(); ++i) {
      const FunctionIndex f = work[i];
      for (std::uint32_t e = model_.edges_from[f]; e < model_.edges_from[f + 1]; ++e) {
        reach(model_.edges[e].to);
      }
    }
    for (const Window& window : detail.windows) {
      work.push_back(window.function);
    }
    std::sort(work.begin(), work.end());
    detail.beside = std::move(work);
  }

  /// Functions all of whose calls lie outside of the windows.
  void find_ordered(RootId r) {
    RootDetail& detail = evidence_.details[r];
    std::vector<FunctionIndex> work;
    for (const Window& window : detail.windows) work.push_back(window.function);
    std::vector<FunctionIndex> ordered;
    const auto is_ordered = [&](FunctionIndex f) {
      return std::find(ordered.begin(), ordered.end(), f) != ordered.end();
    };
    for (std::size_t i = 0; i < work.size() && work.size() < 400; ++i) {
      const FunctionIndex f = work[i];
      for (std::uint32_t e = model_.edges_from[f]; e < model_.edges_from[f + 1]; ++e) {
        const FunctionIndex to = model_.edges[e].to;
        const FunctionInfo& info = model_.functions[to];
        if (info.escapes || model_.spawned[to] != 0 || is_ordered(to) ||
            window(detail, to) != nullptr) {
          continue;
        }
        bool all = true;
        for (std::uint32_t c = model_.edges_into_first[to]; c < model_.edges_into_first[to + 1];
             ++c) {
          const Edge& edge = model_.edges[model_.edges_into[c]];
          if (is_ordered(edge.from)) continue;
          const Window* around = window(detail, edge.from);
          if (around != nullptr ? !around->outside_call(edge.call, edge.position)
                                : !model_.functions[edge.from].import_time) {
            all = false;
            break;
          }
        }
        if (!all) continue;
        ordered.push_back(to);
        work.push_back(to);
      }
    }
    std::sort(ordered.begin(), ordered.end());
    detail.ordered = std::move(ordered);
  }

  Evidence& evidence_;
  const Model& model_;
  Evaluator evaluator_;
};

}  // namespace

void find_windows(Evidence& evidence) {
  WindowFinder finder(evidence);
  for (RootId r = 0; r < evidence.roots.size(); ++r) {
    if (evidence.is_thread(r)) finder.run(r);
  }
}

}  // namespace gilcheck::analyzer
