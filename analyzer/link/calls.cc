#include "analyzer/link/calls.h"

#include "analyzer/link/evaluator.h"
#include "analyzer/link/spawns.h"

namespace gilcheck::analyzer {
namespace {

/// Passes positional values to a function's parameters, one after the other.
class Binder {
 public:
  Binder(const Model& model, ModuleIndex m, FunctionIndex callee, bool receiver_bound,
         std::vector<Flow>& out)
      : model_(model),
        from_(m),
        home_(model.module_of(callee)),
        params_(model.function(callee).params),
        next_(receiver_bound ? 1 : 0),
        out_(out) {
    if ((model.function(callee).flags & kFunctionStatic) != 0) next_ = 0;
  }

  void positional(ValueId value, Flow::Kind kind = Flow::Kind::value) {
    if (next_ >= params_.count) return;
    const Param& param = params()[params_.first + next_];
    if (param.star != 0 || param.keyword_only) return;
    pass(next_++, value, kind);
  }
  void keyword(Sym name, ValueId value) {
    const Symbol symbol = model_.symbol(from_, name);
    for (std::uint32_t i = 0; i < params_.count; ++i) {
      const Param& param = params()[params_.first + i];
      if (param.star == 0 && model_.symbol(home_, param.name) == symbol) {
        pass(i, value, Flow::Kind::value);
        return;
      }
    }
  }
  void stop() { next_ = params_.count; }

 private:
  const std::vector<Param>& params() const { return model_.summary(home_).params; }
  void pass(std::uint32_t position, ValueId value, Flow::Kind kind) {
    out_.push_back(
        {model_.tables[home_].param_base + params_.first + position, from_, value, kind});
  }

  const Model& model_;
  ModuleIndex from_;
  ModuleIndex home_;
  Range params_;
  std::uint32_t next_;
  std::vector<Flow>& out_;
};

void pass_arguments(const ModuleSummary& s, Binder& binder, std::uint32_t first,
                    std::uint32_t end) {
  for (std::uint32_t i = first; i < end; ++i) {
    const Argument& argument = s.arguments[i];
    if (argument.keyword != 0) {
      binder.keyword(argument.keyword, argument.value);
    } else if (argument.star == 0) {
      binder.positional(argument.value);
    } else if (argument.star == 1) {
      binder.stop();
    }
  }
}

}  // namespace

void collect_arguments(const Model& model, Evaluator& evaluator, ModuleIndex m, CallId call,
                       const Callee& callee, std::vector<Flow>& out) {
  const ModuleSummary& s = model.summary(m);
  const Range args = s.calls[call].args;
  if ((callee.kind == Callee::Kind::function || callee.kind == Callee::Kind::constructor) &&
      callee.function != kNone) {
    // A function that is only perhaps the callee may be a partial, whose positions do not match.
    if (callee.exact || callee.receiver_bound) {
      Binder binder(model, m, callee.function, callee.receiver_bound, out);
      pass_arguments(s, binder, args.first, args.end());
    }
    return;
  }
  const std::optional<Spawn> spawn = spawn_of(model, m, call, callee);
  if (!spawn || spawn->target == 0) return;
  evaluator.reset();
  const Target target = target_of(model, evaluator, m, spawn->target);
  if (target.function == kNone) return;
  Binder binder(model, m, target.function, target.receiver_bound, out);
  if (target.inner != 0) {
    const Range bound = s.calls[s.values[target.inner].a].args;
    pass_arguments(s, binder, bound.first + 1, bound.end());
  }
  switch (spawn->row->arguments) {
    case rules::RootArguments::Packed: {
      const ValueNode& packed = s.values[spawn->packed];
      if (spawn->packed == 0 || packed.kind != ValueKind::display) return;
      for (std::uint32_t i = 0; i < packed.c; ++i) {
        binder.positional(s.value_lists[packed.b + i]);
      }
      return;
    }
    case rules::RootArguments::Rest:
      pass_arguments(s, binder, args.first + spawn->rest, args.end());
      return;
    case rules::RootArguments::MapItems:
      for (std::uint32_t i = args.first + spawn->rest; i < args.end(); ++i) {
        if (s.arguments[i].keyword != 0 || s.arguments[i].star != 0) return;
        binder.positional(s.arguments[i].value, Flow::Kind::iterated);
      }
      return;
    case rules::RootArguments::None:
    case rules::RootArguments::StarItems: return;
  }
}

}  // namespace gilcheck::analyzer
