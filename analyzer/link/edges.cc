// The call graph: which function runs inside which other one, and with what held.
//
// Besides plain calls: functions that are called through a parameter they were passed as
// (callbacks, decorators' wrappers), properties, `with` on objects with __enter__, functions that a
// builtin calls back at once (sorted's key). A function behind a decorator of the program is
// entered through the wrapper that its decorator returns.
#include <algorithm>
#include <tuple>

#include "analyzer/link/evaluator.h"
#include "analyzer/link/model.h"
#include "analyzer/link/spawns.h"

namespace gilcheck::analyzer {
namespace {

constexpr std::size_t kMostCallees = 64;

FuncId outermost(const ModuleSummary& s, FuncId f) {
  while (s.functions[f].parent != kNone &&
         (s.functions[s.functions[f].parent].flags & (kFunctionModule | kFunctionClassBody)) == 0) {
    f = s.functions[f].parent;
  }
  return f;
}

class EdgeBuilder {
 public:
  EdgeBuilder(const Model& model, ModuleIndex m, const tsl::robin_map<Symbol, bool>& accessors)
      : model_(model), m_(m), s_(model.summary(m)), evaluator_(model), accessors_(accessors) {}

  void run(std::vector<Edge>& out) {
    out_ = &out;
    path_of_value_.assign(s_.values.size(), 0);
    for (PathId p = 1; p < s_.paths.size(); ++p) {
      if (s_.paths[p].kind == PathKind::value) path_of_value_[s_.paths[p].aux] = p;
    }
    find_accessor_paths();
    std::vector<std::vector<SectionId>> sections(s_.functions.size());
    for (SectionId i = 0; i < s_.sections.size(); ++i) {
      const SectionKind kind = s_.sections[i].kind;
      if (kind == SectionKind::with_path || kind == SectionKind::with_call)
        sections[s_.sections[i].function].push_back(i);
    }
    for (FuncId f = 0; f < s_.functions.size(); ++f) {
      caller_ = f;
      const Function& function = s_.functions[f];
      for (CallId c = function.calls.first; c < function.calls.end(); ++c) call(c);
      for (AccessId a = function.accesses.first; a < function.accesses.end(); ++a) access(a);
      for (const SectionId section : sections[f]) enter(section);
    }
  }

 private:
  void add(FunctionIndex to, CallId call, HeldId held, AccessId position, PathId receiver) {
    Edge edge;
    edge.from = model_.function_index(m_, caller_);
    edge.to = to;
    edge.call = call;
    edge.held = held;
    edge.position = position;
    edge.receiver = receiver;
    if (receiver != 0) {
      const PathNode& node = s_.paths[receiver];
      const ValueNode* value = node.kind == PathKind::value ? &s_.values[node.aux] : nullptr;
      edge.same_self = value != nullptr && value->kind == ValueKind::param && value->b == 0 &&
                       outermost(s_, value->a) == outermost(s_, caller_);
    } else if (model_.module_of(to) == m_) {
      const FuncId id = model_.functions[to].id;
      edge.same_self = (s_.functions[id].flags & kFunctionNested) != 0 &&
                       outermost(s_, id) == outermost(s_, caller_);
    }
    out_->push_back(edge);
  }

  /// Calls of a decorated function enter its wrapper first, unless it is the wrapper that calls.
  FunctionIndex entered(FunctionIndex f) const {
    const FunctionIndex wrapper = model_.entry_of(f);
    return wrapper == model_.function_index(m_, caller_) ? f : wrapper;
  }

  PathId receiver_of(CallId c, const Callee& callee) const {
    const ValueNode& node = s_.values[s_.calls[c].callee];
    if (callee.kind == Callee::Kind::constructor) return 0;
    if (callee.receiver_bound) {
      return node.kind == ValueKind::path && s_.paths[node.a].kind == PathKind::attr
                 ? s_.paths[node.a].parent
                 : 0;
    }
    // Base.method(self, ...)
    const Range args = s_.calls[c].args;
    if (model_.functions[callee.function].owner == kNone || args.count == 0) return 0;
    const Argument& first = s_.arguments[args.first];
    if (first.keyword != 0 || first.star != 0) return 0;
    const ValueNode& value = s_.values[first.value];
    return value.kind == ValueKind::path ? value.a : path_of_value_[first.value];
  }

  void call(CallId c) {
    const Callee& callee = model_.tables[m_].callees[c];
    const Call& site = s_.calls[c];
    if (callee.kind == Callee::Kind::constructor) {
      // Making an object runs the metaclass's __call__ and the class's __new__ too.
      const ClassIndex metaclass = model_.class_tables[callee.klass].metaclass;
      for (const FunctionIndex more :
           {metaclass == kNone ? kNone : model_.find_method(metaclass, model_.known.call),
            model_.find_method(callee.klass, model_.known.new_)}) {
        if (more != kNone) add(more, c, site.held, site.before, 0);
      }
    }
    if (callee.function != kNone) {
      PathId receiver = receiver_of(c, callee);
      if (receiver != 0 && s_.paths[receiver].kind == PathKind::value &&
          s_.values[s_.paths[receiver].aux].kind == ValueKind::super_) {
        receiver = self_path();
      }
      add(entered(callee.function), c, site.held, site.before, receiver);
      if (callee.receiver_bound && !callee.exact && receiver != 0) {
        const FunctionIndex method = callee.function;
        overrides(c, site, model_.symbol(model_.module_of(method), model_.function(method).name),
                  method, receiver);
      }
      return;
    }
    if (callee.kind == Callee::Kind::unknown) {
      // `self.roll_over()` of a base class that leaves it to its subclasses.
      const ValueNode& node = s_.values[site.callee];
      if (node.kind == ValueKind::path && s_.paths[node.a].kind == PathKind::attr &&
          s_.paths[node.a].parent == self_path()) {
        overrides(c, site, model_.symbol(m_, s_.paths[node.a].sym), kNone, s_.paths[node.a].parent);
      }
      callback(c, site);
    } else if ((site.flags & kCallDecorator) == 0) {
      immediate(c, site, callee);
    }
  }

  /// A method call may run what a subclass of the receiver's class puts in its place.
  void overrides(CallId c, const Call& site, Symbol name, FunctionIndex method, PathId receiver) {
    evaluator_.reset();
    const Type object = evaluator_.place(m_, receiver).type;
    if (object.kind != Type::Kind::instance) return;
    std::vector<ClassIndex> below = model_.classes[object.index].subclasses;
    for (std::size_t i = 0; i < below.size() && i < kMostCallees; ++i) {
      const Member* member = model_.own_member(below[i], name);
      if (member != nullptr && member->kind == Member::Kind::method && member->index != method) {
        add(entered(member->index), c, site.held, site.before, receiver);
      }
      const std::vector<ClassIndex>& more = model_.classes[below[i]].subclasses;
      below.insert(below.end(), more.begin(), more.end());
    }
  }

  bool is_self(PathId path) const {
    if (s_.paths[path].kind != PathKind::value) return false;
    const ValueNode& value = s_.values[s_.paths[path].aux];
    return value.kind == ValueKind::param && value.b == 0 && s_.functions[value.a].owner != kNone;
  }

  PathId self_path() const {
    FuncId f = caller_;
    while (f != kNone && s_.functions[f].owner == kNone) f = s_.functions[f].parent;
    if (f == kNone || s_.functions[f].params.count == 0) return 0;
    for (ValueId v = 1; v < s_.values.size(); ++v) {
      const ValueNode& node = s_.values[v];
      if (node.kind == ValueKind::param && node.a == f && node.b == 0) return path_of_value_[v];
    }
    return 0;
  }

  /// A call of something that was passed in: every function that was.
  void callback(CallId c, const Call& site) {
    std::vector<FunctionIndex> targets;
    passed_in(m_, site.callee, targets, 0);
    // A wrapper hands its own first argument on: method(self, *args).
    PathId receiver = 0;
    if (site.args.count != 0) {
      const Argument& first = s_.arguments[site.args.first];
      if (first.keyword == 0 && first.star == 0 &&
          s_.values[first.value].kind == ValueKind::param) {
        receiver = path_of_value_[first.value];
      }
    }
    for (const FunctionIndex target : targets) {
      const bool method = model_.functions[target].owner != kNone;
      add(target, c, site.held, site.before, method ? receiver : 0);
    }
  }

  void passed_in(ModuleIndex m, ValueId v, std::vector<FunctionIndex>& out, int depth) {
    if (depth > 3 || out.size() > kMostCallees) return;
    const ModuleSummary& s = model_.summary(m);
    const ValueNode& node = s.values[v];
    std::uint32_t param = kNone;
    SlotId slot = kNone;
    if (node.kind == ValueKind::param) {
      param = model_.param_index(m, node.a, node.b);
    } else if (node.kind == ValueKind::path) {
      const PathNode& path = s.paths[node.a];
      if (path.kind == PathKind::closure) {
        slot = model_.cell_slot(m, path.aux, path.sym);
      } else if (path.kind == PathKind::attr && model_.self_method(m, path.parent) != kNone) {
        const ClassIndex c = model_.method_class(m, model_.self_method(m, path.parent));
        const Member* member = model_.find_member(c, model_.symbol(m, path.sym));
        if (member != nullptr) slot = member->slot;
      }
    }
    if (slot != kNone) {
      for (const Flow& flow : model_.slot_flows.of(slot)) {
        if (flow.kind == Flow::Kind::parameter) {
          from_flows(flow.value, out, depth);
        } else if (flow.kind == Flow::Kind::value) {
          take(flow, out, depth);
        }
      }
    }
    if (param != kNone) from_flows(param, out, depth);
  }

  void from_flows(std::uint32_t param, std::vector<FunctionIndex>& out, int depth) {
    for (const Flow& flow : model_.param_flows.of(param)) {
      if (flow.kind == Flow::Kind::value) take(flow, out, depth);
    }
  }

  void take(const Flow& flow, std::vector<FunctionIndex>& out, int depth) {
    const ValueNode& node = model_.summary(flow.module).values[flow.value];
    if (node.kind == ValueKind::param) {
      passed_in(flow.module, flow.value, out, depth + 1);
      return;
    }
    if (node.kind != ValueKind::function && node.kind != ValueKind::path) return;
    evaluator_.reset();
    const Target target = target_of(model_, evaluator_, flow.module, flow.value);
    if (target.function == kNone ||
        std::find(out.begin(), out.end(), target.function) != out.end()) {
      return;
    }
    out.push_back(target.function);
  }

  /// sorted(xs, key=f), list.sort(key=f), map(f, xs): called before the call returns.
  void immediate(CallId c, const Call& site, const Callee& callee) {
    if (callee.kind == Callee::Kind::external) {
      const std::string_view name = model_.symbols.text(callee.external);
      if (name.find('.') != std::string_view::npos && name != "functools.reduce" &&
          name != "asyncio.run") {
        return;
      }
    } else if (callee.kind != Callee::Kind::method ||
               !rules::is_mutable_container(callee.container)) {
      return;
    }
    for (std::uint32_t i = site.args.first; i < site.args.end(); ++i) {
      const ValueNode& node = s_.values[s_.arguments[i].value];
      if (node.kind == ValueKind::function) {
        add(model_.function_index(m_, node.a), c, site.held, site.before, 0);
      } else if (node.kind == ValueKind::path && s_.arguments[i].keyword != 0) {
        evaluator_.reset();
        const Target target = target_of(model_, evaluator_, m_, s_.arguments[i].value);
        if (target.function != kNone) {
          add(target.function, c, site.held, site.before, target.receiver);
        }
      }
    }
  }

  /// Paths whose last step runs a property or descriptor of the program.
  void find_accessor_paths() {
    accessor_of_path_.assign(s_.paths.size(), {kNone, kNone});
    for (PathId p = 1; p < s_.paths.size(); ++p) {
      const PathNode& node = s_.paths[p];
      if (node.kind != PathKind::attr) continue;
      const Symbol name = model_.symbol(m_, node.sym);
      if (!accessors_.contains(name)) continue;
      evaluator_.reset();
      const Type object = evaluator_.place(m_, node.parent).type;
      if (object.kind != Type::Kind::instance) continue;
      const Member* member = model_.find_member(object.index, name);
      if (member == nullptr) continue;
      if (member->kind == Member::Kind::method) {
        if ((model_.function(member->index).flags & kFunctionProperty) == 0) continue;
        accessor_of_path_[p] = {member->index, member->setter};
      } else if (member->kind == Member::Kind::attribute && member->class_level &&
                 member->slot != kNone) {
        const Type& kept = model_.variables[member->slot];
        if (kept.kind != Type::Kind::instance || !model_.classes[kept.index].descriptor) continue;
        accessor_of_path_[p] = {model_.find_method(kept.index, model_.known.get),
                                model_.find_method(kept.index, model_.known.set)};
      }
    }
  }

  void access(AccessId a) {
    const Access& access = s_.accesses[a];
    const auto [getter, setter] = accessor_of_path_[access.path];
    if (getter == kNone && setter == kNone) return;
    const bool stores = access.op == AccessOp::store;
    const FunctionIndex to = stores ? setter : getter;
    if (to == kNone) return;
    // A descriptor's methods run on the descriptor, not on the object.
    const bool property = (model_.function(to).flags & kFunctionProperty) != 0;
    add(entered(to), kNone, access.held, a, property ? s_.paths[access.path].parent : 0);
  }

  void enter(SectionId id) {
    const Section& section = s_.sections[id];
    evaluator_.reset();
    const Type object = evaluator_.type(m_, section.value);
    if (object.kind != Type::Kind::instance) return;
    AccessId position = s_.functions[caller_].accesses.first;
    while (position < s_.functions[caller_].accesses.end() &&
           s_.accesses[position].range.begin < section.range.begin) {
      ++position;
    }
    for (const Symbol name : {model_.known.enter, model_.known.exit}) {
      const FunctionIndex to = model_.find_method(object.index, name);
      if (to != kNone) add(to, kNone, 0, position, section.lock);
    }
  }

  const Model& model_;
  ModuleIndex m_;
  const ModuleSummary& s_;
  Evaluator evaluator_;
  const tsl::robin_map<Symbol, bool>& accessors_;
  std::vector<Edge>* out_ = nullptr;
  std::vector<PathId> path_of_value_;
  std::vector<std::pair<FunctionIndex, FunctionIndex>> accessor_of_path_;
  FuncId caller_ = 0;
};

/// The function that a decorator of the program puts in the place of the decorated one.
FunctionIndex wrapper_of(const Model& model, Evaluator& evaluator, ModuleIndex m,
                         ValueId decorator) {
  evaluator.reset();
  const Type type = evaluator.type(m, decorator);
  Type result;
  if (type.kind == Type::Kind::function || type.kind == Type::Kind::bound_method) {
    const Function& function = model.function(type.index);
    const ModuleIndex home = model.module_of(type.index);
    // The last `return` is the usual one; earlier ones handle special cases.
    for (std::uint32_t i = function.returns.end(); i-- > function.returns.first;) {
      evaluator.reset();
      result = evaluator.type(home, model.summary(home).value_lists[i]);
      if (result.kind == Type::Kind::function || result.kind == Type::Kind::instance) break;
    }
  } else if (type.kind == Type::Kind::class_object) {
    result.kind = Type::Kind::instance;
    result.index = type.index;
  }
  if (result.kind == Type::Kind::function &&
      (model.function(result.index).flags & kFunctionNested) != 0) {
    return result.index;
  }
  if (result.kind == Type::Kind::instance) {
    return model.find_method(result.index, model.known.call);
  }
  return kNone;
}

void group_edges(Model& model, std::vector<std::vector<Edge>>& by_module) {
  const std::size_t count = model.functions.size();
  std::size_t total = 0;
  for (const std::vector<Edge>& edges : by_module) total += edges.size();
  model.edges.reserve(total);
  model.edges_from.assign(count + 1, 0);
  model.edges_into_first.assign(count + 1, 0);
  for (std::vector<Edge>& edges : by_module) {
    // In order of execution within each function; functions of a module are in order already.
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
      return std::tie(a.from, a.position, a.call, a.to, a.receiver) <
             std::tie(b.from, b.position, b.call, b.to, b.receiver);
    });
    model.edges.insert(model.edges.end(), edges.begin(), edges.end());
  }
  for (const Edge& edge : model.edges) {
    ++model.edges_from[edge.from + 1];
    ++model.edges_into_first[edge.to + 1];
  }
  for (std::size_t i = 1; i <= count; ++i) {
    model.edges_from[i] += model.edges_from[i - 1];
    model.edges_into_first[i] += model.edges_into_first[i - 1];
  }
  std::vector<std::uint32_t> next(model.edges_into_first.begin(), model.edges_into_first.end() - 1);
  model.edges_into.resize(total);
  for (std::uint32_t e = 0; e < total; ++e) model.edges_into[next[model.edges[e].to]++] = e;
}

}  // namespace

void find_wrappers(Model& model, const ParallelFor& parallel) {
  std::vector<std::vector<std::pair<FunctionIndex, FunctionIndex>>> found(model.modules.size());
  parallel(model.modules.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    const ModuleSummary& s = model.summary(m);
    Evaluator evaluator(model);
    for (FuncId f = 0; f < s.functions.size(); ++f) {
      const Range decorators = s.functions[f].decorators;
      // Innermost first: the last decorator is applied first.
      for (std::uint32_t i = decorators.end(); i-- > decorators.first;) {
        const FunctionIndex wrapper = wrapper_of(model, evaluator, m, s.value_lists[i]);
        if (wrapper != kNone) found[m].emplace_back(model.function_index(m, f), wrapper);
      }
    }
  });
  model.wrappers.clear();
  for (const auto& pairs : found) {
    model.wrappers.insert(model.wrappers.end(), pairs.begin(), pairs.end());
  }
}

void build_edges(Model& model, const ParallelFor& parallel) {
  find_wrappers(model, parallel);
  // Callers enter the outermost wrapper; wrappers in between are called by those around them.
  tsl::robin_map<FunctionIndex, FunctionIndex>& entered_through = model.entered_through;
  std::vector<Edge> between;
  for (std::size_t i = 0; i < model.wrappers.size(); ++i) {
    const auto [decorated, wrapper] = model.wrappers[i];
    const auto previous = entered_through.find(decorated);
    if (previous != entered_through.end()) {
      Edge edge;
      edge.from = wrapper;
      edge.to = previous->second;
      edge.position = model.function(wrapper).accesses.end();
      between.push_back(edge);
    }
    entered_through[decorated] = wrapper;
  }
  tsl::robin_map<Symbol, bool> accessors;
  for (ModuleIndex m = 0; m < model.modules.size(); ++m) {
    for (const Function& function : model.summary(m).functions) {
      if ((function.flags & kFunctionProperty) != 0) {
        accessors[model.symbol(m, function.name)] = true;
      }
    }
  }
  for (ClassIndex c = 0; c < model.classes.size(); ++c) {
    for (const Member& member : model.class_tables[c].members) {
      if (member.kind != Member::Kind::attribute || !member.class_level || member.slot == kNone) {
        continue;
      }
      const Type& kept = model.variables[member.slot];
      if (kept.kind == Type::Kind::instance && model.classes[kept.index].descriptor) {
        accessors[member.symbol] = true;
      }
    }
  }
  std::vector<std::vector<Edge>> by_module(model.modules.size());
  parallel(model.modules.size(), [&](std::size_t m) {
    EdgeBuilder(model, static_cast<ModuleIndex>(m), accessors).run(by_module[m]);
  });
  for (const Edge& edge : between) by_module[model.module_of(edge.from)].push_back(edge);
  group_edges(model, by_module);
}

}  // namespace gilcheck::analyzer
