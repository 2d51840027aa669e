// Types of all variables, to a fixpoint, and the callees of all calls.
//
// Rounds: each evaluates the variables whose inputs changed in the round before, in parallel and
// against the values of that round, and then commits. The result does not depend on how the pool
// runs them, and the number of rounds is bounded.
#include <algorithm>

#include "analyzer/link/calls.h"
#include "analyzer/link/evaluator.h"
#include "analyzer/link/objects.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {
namespace {

constexpr int kMaxRounds = 8;
constexpr std::size_t kChunk = 1024;

class Inference {
 public:
  Inference(Model& model, const ParallelFor& parallel)
      : model_(model), parallel_(parallel), dependents_(model.variable_count(), 0) {
    links_.push_back({0, 0});
    // The parameter's place by its variable.
    function_of_param_.resize(model.param_count);
    for (FunctionIndex f = 0; f < model.functions.size(); ++f) {
      const Range params = model.function(f).params;
      const std::uint32_t base = model.tables[model.module_of(f)].param_base;
      for (std::uint32_t i = 0; i < params.count; ++i) {
        function_of_param_[base + params.first + i] = f;
      }
    }
  }

  /// After variables were added at the end.
  void grow() {
    model_.variables.resize(model_.variable_count(), bottom_type());
    dependents_.resize(model_.variable_count(), 0);
  }

  void settle(std::vector<std::uint32_t> dirty) {
    for (int round = 0; round < kMaxRounds && !dirty.empty(); ++round) {
      dirty = step(dirty);
    }
  }

  /// Before new inputs are followed: what is unknown and depends on them starts over. In
  /// `self.n += delta` the variable's own type would otherwise keep itself unknown.
  void reopen(std::vector<std::uint32_t>& dirty) {
    std::vector<std::uint8_t> seen(model_.variable_count(), 0);
    for (const std::uint32_t variable : dirty) seen[variable] = 1;
    for (std::size_t i = 0; i < dirty.size(); ++i) {
      Type& type = model_.variables[dirty[i]];
      if (!is_unknown(type) && !type.partly) continue;
      type = bottom_type();
      for (std::uint32_t l = dependents_[dirty[i]]; l != 0; l = links_[l].next) {
        const std::uint32_t dependent = links_[l].dependent;
        if (seen[dependent] != 0) continue;
        seen[dependent] = 1;
        dirty.push_back(dependent);
      }
    }
    std::sort(dirty.begin(), dirty.end());
  }

  /// What is still unseen when nothing changes any more is not known.
  void close() {
    for (Type& type : model_.variables) {
      if (is_bottom(type)) type = unknown_type();
    }
  }

 private:
  struct Link {
    std::uint32_t dependent;
    std::uint32_t next;
  };
  struct Chunk {
    std::vector<Type> types;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> reads;  // (read, reader)
  };

  Type evaluate(Evaluator& evaluator, std::uint32_t variable) {
    if (variable < model_.element_base()) {
      return joined(evaluator, model_.slot_flows.of(variable));
    }
    if (variable < model_.return_base()) {
      return joined(evaluator, model_.element_flows.of(variable - model_.element_base()));
    }
    if (variable < model_.param_base()) return evaluator.returned(variable - model_.return_base());
    if (variable >= model_.local_base()) {
      return joined(evaluator, model_.local_flows.of(variable - model_.local_base()));
    }
    const bool element = variable >= model_.param_element_base();
    const std::uint32_t param =
        variable - (element ? model_.param_element_base() : model_.param_base());
    const FunctionIndex f = function_of_param_[param];
    const ModuleIndex m = model_.module_of(f);
    const std::uint32_t position =
        param - model_.tables[m].param_base - model_.function(f).params.first;
    return element ? evaluator.parameter_element(m, model_.functions[f].id, position)
                   : evaluator.parameter(m, model_.functions[f].id, position);
  }

  Type joined(Evaluator& evaluator, std::span<const Flow> flows) {
    Type out = bottom_type();
    for (const Flow& flow : flows) {
      evaluator.reset();
      out = join(model_, out, evaluator.flow(flow));
    }
    return out;
  }

  std::vector<std::uint32_t> step(const std::vector<std::uint32_t>& dirty) {
    const std::size_t count = (dirty.size() + kChunk - 1) / kChunk;
    std::vector<Chunk> chunks(count);
    parallel_(count, [&](std::size_t c) {
      Chunk& chunk = chunks[c];
      std::vector<std::uint32_t> reads;
      Evaluator evaluator(model_, &reads);
      const std::size_t end = std::min(dirty.size(), (c + 1) * kChunk);
      for (std::size_t i = c * kChunk; i < end; ++i) {
        reads.clear();
        evaluator.reset();
        chunk.types.push_back(evaluate(evaluator, dirty[i]));
        std::sort(reads.begin(), reads.end());
        reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
        for (const std::uint32_t read : reads) chunk.reads.emplace_back(read, dirty[i]);
      }
    });
    std::vector<std::uint32_t> changed;
    for (std::size_t c = 0; c < count; ++c) {
      for (std::size_t i = 0; i < chunks[c].types.size(); ++i) {
        const std::uint32_t variable = dirty[c * kChunk + i];
        if (model_.variables[variable] == chunks[c].types[i]) continue;
        model_.variables[variable] = chunks[c].types[i];
        changed.push_back(variable);
      }
      for (const auto& [read, reader] : chunks[c].reads) {
        std::uint32_t& head = dependents_[read];
        if (links_[head].dependent == reader && head != 0) continue;
        links_.push_back({reader, head});
        head = static_cast<std::uint32_t>(links_.size() - 1);
      }
    }
    std::vector<std::uint32_t> next;
    for (const std::uint32_t variable : changed) {
      for (std::uint32_t l = dependents_[variable]; l != 0; l = links_[l].next) {
        next.push_back(links_[l].dependent);
      }
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    return next;
  }

  Model& model_;
  const ParallelFor& parallel_;
  std::vector<std::uint32_t> dependents_;  // by variable: head of its list in links_
  std::vector<Link> links_;
  std::vector<FunctionIndex> function_of_param_;
};

/// socketserver.BaseServer(address, Handler) makes itself its handlers' `server`.
void collect_servers(const Model& model, ModuleIndex m, std::vector<Flow>& out) {
  const ModuleSummary& s = model.summary(m);
  const Symbol server = model.symbols.find("server");
  Evaluator evaluator(model);
  for (CallId c = 0; c < s.calls.size() && server != 0; ++c) {
    const Callee& callee = model.tables[m].callees[c];
    if (callee.kind != Callee::Kind::constructor || s.calls[c].args.count < 2 ||
        !model.class_tables[callee.klass].external_ancestor) {
      continue;
    }
    bool known = false;
    for (const ClassIndex ancestor : model.class_tables[callee.klass].ancestry) {
      for (const Symbol base : model.classes[ancestor].external_bases) {
        const std::string_view name = model.symbols.text(base);
        known = known || name.starts_with("socketserver.") || name.starts_with("http.server.");
      }
    }
    if (!known) continue;
    evaluator.reset();
    const Type handler = evaluator.type(m, s.arguments[s.calls[c].args.first + 1].value);
    if (handler.kind != Type::Kind::class_object) continue;
    const Member* member = model.find_member(handler.index, server);
    const ValueId value = model.tables[m].value_of_call[c];
    if (member == nullptr || member->slot == kNone || value == 0) continue;
    out.push_back({member->slot, m, value, Flow::Kind::value});
  }
}

/// Stores through receivers whose type inference had to find: `stats.hits = 0`.
void collect_typed_stores(Model& model, const ParallelFor& parallel,
                          std::vector<std::uint32_t>& touched) {
  std::vector<std::vector<Flow>> found(model.modules.size() + 1);
  std::vector<std::vector<SlotId>> through_instance(model.modules.size());
  parallel(model.modules.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    const ModuleSummary& s = model.summary(m);
    Evaluator evaluator(model);
    for (const Access& access : s.accesses) {
      if (access.op != AccessOp::store) continue;
      const PathNode& node = s.paths[access.path];
      if (node.kind != PathKind::attr || model.self_method(m, node.parent) != kNone) continue;
      const PathNode& parent = s.paths[node.parent];
      if (parent.kind == PathKind::global &&
          model.tables[m].roots[model.tables[m].root_of_sym[parent.sym]].slot == kNone) {
        continue;  // modules, classes, functions: collect_flows has them
      }
      evaluator.reset();
      const Type receiver = evaluator.place(m, node.parent).type;
      const Denotation where = evaluator.attribute(receiver, model.symbol(m, node.sym));
      if (where.slot == kNone) continue;
      found[m + 1].push_back({where.slot, m, access.value, Flow::Kind::value});
      if (receiver.kind == Type::Kind::instance && !model.classes[receiver.index].metaclass) {
        through_instance[m].push_back(where.slot);
      }
    }
    collect_servers(model, m, found[m + 1]);
  });
  for (const std::vector<Flow>& flows : found) {
    for (const Flow& flow : flows) touched.push_back(flow.target);
  }
  for (const std::vector<SlotId>& slots : through_instance) {
    for (const SlotId slot : slots) model.slots[slot].stored_through_instance = true;
  }
  found[0] = std::move(model.slot_flows.all);
  model.slot_flows.build(model.slots.size(), found);
}

/// What is put into containers that functions make and keep in locals or hand to others.
void collect_local_containers(Model& model, const ParallelFor& parallel) {
  build_param_objects(model, parallel);
  struct Put {
    std::uint64_t container;
    Flow flow;
  };
  std::vector<std::vector<Put>> found(model.modules.size());
  parallel(model.modules.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    const ModuleSummary& s = model.summary(m);
    Evaluator evaluator(model);
    for (const Access& access : s.accesses) {
      if (s.paths[access.path].kind != PathKind::value) continue;
      const ValueId value = put_into_container(s, access);
      if (value == 0) continue;
      const ObjectRef object =
          follow_parameters(model, object_of(model, evaluator, m, s.paths[access.path].aux));
      if (object.kind != ObjectRef::Kind::local) continue;
      found[m].push_back(
          {Model::local_key(object.module, object.id), {0, m, value, Flow::Kind::value}});
    }
  });
  std::vector<std::vector<Flow>> flows(found.size());
  for (std::size_t m = 0; m < found.size(); ++m) {
    for (const Put& put : found[m]) {
      const auto [place, inserted] = model.local_containers.try_emplace(
          put.container, static_cast<std::uint32_t>(model.local_containers.size()));
      flows[m].push_back(put.flow);
      flows[m].back().target = place->second;
    }
  }
  model.local_flows.build(model.local_containers.size(), flows);
}

/// Resolves the calls that are still open; the arguments of those that now are resolved become
/// flows.
void resolve_calls(Model& model, const ParallelFor& parallel,
                   std::vector<std::vector<Flow>>& arguments) {
  std::vector<std::vector<Callee>> resolved(model.modules.size());
  parallel(model.modules.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    const ModuleSummary& s = model.summary(m);
    std::vector<Callee>& now = resolved[m];
    now = model.tables[m].callees;
    now.resize(s.calls.size());
    Evaluator evaluator(model);
    for (CallId call = 0; call < s.calls.size(); ++call) {
      if (now[call].kind != Callee::Kind::unknown) continue;
      evaluator.reset();
      now[call] = evaluator.callee(m, call);
      if (now[call].kind != Callee::Kind::unknown) {
        collect_arguments(model, evaluator, m, call, now[call], arguments[m]);
      }
    }
  });
  for (ModuleIndex m = 0; m < resolved.size(); ++m) {
    model.tables[m].callees = std::move(resolved[m]);
  }
}

/// What threads are given whose start only the method's name tells.
void collect_hinted(const Model& model, const ParallelFor& parallel,
                    std::vector<std::vector<Flow>>& arguments) {
  parallel(model.modules.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    Evaluator evaluator(model);
    const std::vector<Callee>& callees = model.tables[m].callees;
    for (CallId call = 0; call < callees.size(); ++call) {
      if (callees[call].kind != Callee::Kind::unknown) continue;
      collect_arguments(model, evaluator, m, call, callees[call], arguments[m]);
    }
  });
}

/// A wrapper is called with what the decorated function is called with; through its first
/// parameter comes the object whose method it wraps.
void pass_to_wrappers(Model& model, const ParallelFor& parallel,
                      std::vector<std::vector<Flow>>& arguments) {
  find_wrappers(model, parallel);
  for (const auto& [decorated, wrapper] : model.wrappers) {
    const ModuleIndex from = model.module_of(decorated);
    const ModuleIndex to = model.module_of(wrapper);
    const Range given = model.function(decorated).params;
    const Range taken = model.function(wrapper).params;
    const std::uint32_t skip = model.functions[wrapper].owner != kNone ? 1 : 0;  // __call__
    for (std::uint32_t i = 0; i < given.count && i + skip < taken.count; ++i) {
      if (model.summary(to).params[taken.first + skip + i].star != 0 ||
          model.summary(from).params[given.first + i].star != 0) {
        break;
      }
      arguments[from].push_back({model.tables[to].param_base + taken.first + skip + i, from,
                                 model.tables[from].param_base + given.first + i,
                                 Flow::Kind::parameter});
    }
  }
}

}  // namespace

void infer(Model& model, const ParallelFor& parallel) {
  parallel(model.modules.size(), [&](std::size_t m) {
    const ModuleSummary& s = *model.modules[m];
    std::vector<ValueId>& out = model.tables[m].value_of_call;
    out.assign(s.calls.size(), 0);
    for (ValueId v = 1; v < s.values.size(); ++v) {
      if (s.values[v].kind == ValueKind::call) out[s.values[v].a] = v;
    }
  });
  model.variables.assign(model.variable_count(), bottom_type());
  Inference inference(model, parallel);
  std::vector<std::uint32_t> all(model.variable_count());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  inference.settle(std::move(all));
  std::vector<std::vector<Flow>> direct(model.modules.size());
  std::vector<std::vector<Flow>> arguments;
  const auto pass_arguments = [&] {
    resolve_calls(model, parallel, direct);
    arguments = direct;
    collect_hinted(model, parallel, arguments);
    pass_to_wrappers(model, parallel, arguments);
    model.param_flows.build(model.param_count, arguments);
  };
  std::vector<std::uint32_t> arguments_of(model.param_count, 0);
  // The second pass sees through parameters, the third through what those lead to.
  for (int pass = 0; pass < 2; ++pass) {
    pass_arguments();
    std::vector<std::uint32_t> dirty;
    if (pass == 0) {
      collect_typed_stores(model, parallel, dirty);
      collect_local_containers(model, parallel);
      inference.grow();
      for (std::uint32_t v = model.local_base(); v < model.variable_count(); ++v) {
        dirty.push_back(v);
      }
    }
    for (std::uint32_t p = 0; p < model.param_count; ++p) {
      const auto passed = static_cast<std::uint32_t>(model.param_flows.of(p).size());
      if (passed == arguments_of[p]) continue;
      arguments_of[p] = passed;
      dirty.push_back(model.param_base() + p);
      dirty.push_back(model.param_element_base() + p);
    }
    std::sort(dirty.begin(), dirty.end());
    dirty.erase(std::unique(dirty.begin(), dirty.end()), dirty.end());
    inference.reopen(dirty);
    inference.settle(std::move(dirty));
  }
  inference.close();
  pass_arguments();
  model.calls_resolved = true;
}

}  // namespace gilcheck::analyzer
