#include "analyzer/link/spawns.h"

#include "analyzer/link/evaluator.h"
#include "analyzer/link/model.h"

namespace gilcheck::analyzer {
namespace {

using rules::Container;

/// The method's name, if the call is spelled `object.name(...)`; else 0.
Sym called_attribute(const ModuleSummary& s, CallId call) {
  const ValueNode& callee = s.values[s.calls[call].callee];
  if (callee.kind != ValueKind::path || s.paths[callee.a].kind != PathKind::attr) return 0;
  return s.paths[callee.a].sym;
}

/// Types of objects whose methods the table has.
bool has_spawning_methods(Container container) {
  return container == Container::Executor || container == Container::Pool ||
         container == Container::Future || container == Container::ThreadSafe;
}

const rules::ThreadRoot* row_by_name(const Model& model, Symbol name) {
  const auto found = model.root_by_name.find(name);
  if (name == 0 || found == model.root_by_name.end()) return nullptr;
  if (found->second->form == rules::RootForm::Call) return found->second;
  // A name that is both: the call's row.
  return rules::thread_root(model.symbols.text(name), rules::RootForm::Call);
}

const rules::ThreadRoot* row_of(const Model& model, ModuleIndex m, CallId call,
                                const Callee& callee, bool& hinted) {
  const ModuleSummary& s = model.summary(m);
  switch (callee.kind) {
    case Callee::Kind::external: return row_by_name(model, callee.external);
    case Callee::Kind::method: {
      if (!has_spawning_methods(callee.container)) return nullptr;
      const std::string_view method = s.name(called_attribute(s, call));
      std::string name;
      if (callee.external != 0 && callee.container != Container::Pool) {
        // asyncio.get_running_loop() gives an event loop.
        if (!model.symbols.text(callee.external).starts_with("asyncio.")) {
          return row_by_name(model, model.symbols.find_dotted(callee.external, method));
        }
        name = "asyncio.loop.";
      }
      if (callee.container == Container::Executor) name = "concurrent.futures.Executor.";
      if (callee.container == Container::Pool) name = "multiprocessing.pool.ThreadPool.";
      if (callee.container == Container::Future) name = "concurrent.futures.Future.";
      if (name.empty()) return nullptr;
      name += method;
      return row_by_name(model, model.symbols.find(name));
    }
    case Callee::Kind::constructor:
      // A subclass of Thread without a constructor of its own.
      if (callee.function == kNone &&
          model.class_tables[callee.klass].container == Container::Thread) {
        return rules::thread_root("threading.Thread");
      }
      return nullptr;
    case Callee::Kind::unknown: {
      const Sym method = called_attribute(s, call);
      if (method == 0) return nullptr;
      const auto found = model.root_by_method.find(model.symbol(m, method));
      if (found == model.root_by_method.end() || found->second->form != rules::RootForm::Call) {
        return nullptr;
      }
      hinted = true;
      return found->second;
    }
    case Callee::Kind::function: return nullptr;
  }
  return nullptr;
}

}  // namespace

std::optional<Spawn> spawn_of(const Model& model, ModuleIndex m, CallId call,
                              const Callee& callee) {
  Spawn out;
  out.row = row_of(model, m, call, callee, out.hinted);
  if (out.row == nullptr) return std::nullopt;
  const ModuleSummary& s = model.summary(m);
  const Range args = s.calls[call].args;
  std::uint32_t position = 0;
  bool starred = false;
  for (std::uint32_t i = args.first; i < args.end(); ++i) {
    const Argument& argument = s.arguments[i];
    if (argument.star != 0) {
      starred = true;
      continue;
    }
    if (argument.keyword != 0) {
      const std::string_view keyword = s.name(argument.keyword);
      if (!out.row->target_keyword.empty() && keyword == out.row->target_keyword) {
        out.target = argument.value;
        out.rest = i - args.first + 1;
      }
      if (!out.row->args_keyword.empty() && keyword == out.row->args_keyword) {
        out.packed = argument.value;
      }
      continue;
    }
    if (starred) continue;  // positions behind *args are not known
    if (static_cast<int>(position) == out.row->target_position) {
      out.target = argument.value;
      out.rest = i - args.first + 1;
    }
    if (static_cast<int>(position) == out.row->args_position) out.packed = argument.value;
    ++position;
  }
  return out;
}

Target target_of(const Model& model, Evaluator& evaluator, ModuleIndex m, ValueId value) {
  Target out;
  if (value == 0) return out;
  const ModuleSummary& s = model.summary(m);
  const ValueNode* node = &s.values[value];
  // functools.partial(f, ...) hands f over.
  for (int i = 0; i < 3 && node->kind == ValueKind::call; ++i) {
    const Callee callee = evaluator.callee(m, node->a);
    if (callee.kind != Callee::Kind::external || callee.external == 0) break;
    const std::string_view name = model.symbols.text(callee.external);
    const Range args = s.calls[node->a].args;
    if (name != "functools.partial" || args.count == 0) break;
    out.inner = value;
    value = s.arguments[args.first].value;
    node = &s.values[value];
  }
  const Type type = evaluator.type(m, value);
  out.exact = !type.partly || out.inner != 0;
  switch (type.kind) {
    case Type::Kind::function: out.function = type.index; break;
    case Type::Kind::bound_method:
      out.function = type.index;
      out.receiver_bound = true;
      if (node->kind == ValueKind::path && s.paths[node->a].kind == PathKind::attr) {
        out.receiver = s.paths[node->a].parent;
      }
      break;
    case Type::Kind::instance:
      out.function = model.find_method(type.index, model.known.call);
      out.receiver_bound = true;
      if (node->kind == ValueKind::path) out.receiver = node->a;
      break;
    case Type::Kind::class_object:
      out.function = model.find_method(type.index, model.known.init);
      out.receiver_bound = true;
      break;
    default: break;
  }
  return out;
}

}  // namespace gilcheck::analyzer
