#include "analyzer/detect/stored_value.h"

#include "analyzer/detect/equal_objects.h"
#include "analyzer/link/model.h"

namespace gilcheck::analyzer {

const ValueNode& stored(const ModuleSummary& summary, ValueId value) {
  const ValueNode* node = &summary.values[value];
  while (node->kind == ValueKind::annotated) node = &summary.values[node->b];
  return *node;
}

bool is_constant(const ValueNode& node) {
  return node.kind == ValueKind::constant;
}

bool is_none(const ValueNode& node) {
  return is_constant(node) && node.a == static_cast<std::uint32_t>(Builtin::none_type);
}

bool is_bool(const ValueNode& node) {
  return node.kind == ValueKind::compare ||
         (is_constant(node) && node.a == static_cast<std::uint32_t>(Builtin::bool_));
}

namespace {

using rules::Container;

/// Whether a call is given what differs each time it is made: `str(uuid.uuid4())`.
bool takes_unique(const DetectContext& context, ModuleIndex module, const ValueNode& node) {
  if (node.kind != ValueKind::call) return false;
  const ModuleSummary& summary = context.summary(module);
  const Range args = summary.calls[node.a].args;
  for (std::uint32_t i = 0; i < args.count; ++i) {
    const ValueId argument = summary.arguments[args.first + i].value;
    const Type type = context.program.type_of(module, argument);
    if (type.kind == Type::Kind::builtin && type.container == Container::Unique) return true;
  }
  return false;
}

Made made_at(const DetectContext& context, LocationId location, ModuleIndex module, ValueId value,
             int depth);

/// What a function of the program returns for a location that is unset: the object that it has put
/// there itself, or one that it makes of what cannot be told apart, doing nothing else.
Made returned_value(const DetectContext& context, LocationId location, FunctionIndex callee,
                    int depth) {
  const ModuleIndex module = context.program.functions()[callee].module;
  const Function& function = context.program.function(callee);
  const ModuleSummary& summary = context.summary(module);
  if (depth > 3 || function.returns.count == 0 ||
      (function.flags & (kFunctionAsync | kFunctionGenerator)) != 0) {
    return Made::unknown;
  }
  for (AccessId id = function.accesses.first; id < function.accesses.end(); ++id) {
    const LocationId at = context.program.location_of(module, id);
    if (at == kNone || at == location) continue;
    if ((effect_of(context.program, module, id, context.program.locations()[at]) & kChanges) != 0) {
      return Made::unknown;
    }
  }
  for (CallId id = function.calls.first; id < function.calls.end(); ++id) {
    if ((summary.calls[id].flags & kCallResultUnused) != 0 && !only_logs(context, module, id)) {
      return Made::unknown;
    }
  }
  for (std::uint32_t i = function.returns.first; i < function.returns.end(); ++i) {
    const ValueId value = summary.value_lists[i];
    const ValueNode& node = stored(summary, value);
    if (node.kind == ValueKind::path &&
        context.program.model().tables[module].path_locations[node.a] == location) {
      continue;
    }
    if (made_at(context, location, module, value, depth + 1) != Made::immutable) {
      return Made::unknown;
    }
  }
  return Made::immutable;
}

/// What a method of some object gives: made by that object's leave, not by this code.
bool asked_of_object(const DetectContext& context, ModuleIndex module, ValueId value) {
  const ModuleSummary& summary = context.summary(module);
  const ValueNode& node = stored(summary, value);
  if (node.kind != ValueKind::call) return false;
  const ValueNode& callee = summary.values[summary.calls[node.a].callee];
  if (callee.kind != ValueKind::path || summary.paths[callee.a].kind != PathKind::attr)
    return false;
  const Type holder = context.program.type_of_path(module, summary.paths[callee.a].parent);
  return holder.kind == Type::Kind::instance || holder.kind == Type::Kind::external_instance;
}

/// An object of a class whose objects can stand for each other, made of parts of which that holds.
bool equal_object(const DetectContext& context, LocationId location, ModuleIndex module,
                  CallId call, ClassIndex klass, int depth) {
  const ModuleSummary& summary = context.summary(module);
  const Range args = summary.calls[call].args;
  for (std::uint32_t i = args.first; i < args.end(); ++i) {
    const ValueId value = summary.arguments[i].value;
    if (asked_of_object(context, module, value)) continue;
    const Made part = made_at(context, location, module, value, depth + 1);
    if (part == Made::identity || part == Made::given) return false;
  }
  return interchangeable(context, klass);
}

Made made_at(const DetectContext& context, LocationId location, ModuleIndex module, ValueId value,
             int depth) {
  const ModuleSummary& summary = context.summary(module);
  const ValueNode& node = stored(summary, value);
  constexpr int kDeepest = 4;
  switch (node.kind) {
    case ValueKind::comprehension:
      return constant_table(context, location, module, value) ? Made::immutable : Made::identity;
    case ValueKind::display: {
      if (constant_table(context, location, module, value)) return Made::immutable;
      if (node.a != static_cast<std::uint32_t>(Builtin::tuple)) return Made::identity;
      if (depth > kDeepest) return Made::unknown;
      // A tuple is as equal to another as what is in it: `(threading.Lock(), [])` is not.
      Made out = Made::immutable;
      for (std::uint32_t i = 0; i < node.c && out != Made::identity; ++i) {
        const ValueId element = summary.value_lists[node.b + i];
        const Made made = made_at(context, location, module, element, depth + 1);
        if (made == Made::identity || out == Made::immutable) out = made;
      }
      return out;
    }
    case ValueKind::constant:
    case ValueKind::compare:
    case ValueKind::string: return Made::immutable;
    // One object for the whole process, if it is not made anew by each call of a function.
    case ValueKind::import: return Made::immutable;
    case ValueKind::klass:
      return summary.classes[node.a].scope == 0 ? Made::immutable : Made::unknown;
    case ValueKind::function:
      return (summary.functions[node.a].flags & (kFunctionNested | kFunctionLambda)) == 0
                 ? Made::immutable
                 : Made::unknown;
    // What a caller passed in differs from thread to thread, whatever its type.
    case ValueKind::param:
    case ValueKind::unpacked: return Made::given;
    case ValueKind::either: {
      if (depth > kDeepest) return Made::unknown;
      const Made left = made_at(context, location, module, node.b, depth + 1);
      const Made right = made_at(context, location, module, node.c, depth + 1);
      if (left == Made::identity || right == Made::identity) return Made::identity;
      return left == right ? left : Made::unknown;
    }
    default: break;
  }
  const Type type = context.program.type_of(module, value);
  switch (type.kind) {
    case Type::Kind::builtin:
      if (type.container == Container::Unique) {
        return node.kind == ValueKind::call ? Made::identity : Made::unknown;
      }
      if (rules::is_immutable(type.container)) {
        return takes_unique(context, module, node) ? Made::unknown : Made::immutable;
      }
      return type.container == Container::Unknown ? Made::unknown : Made::identity;
    case Type::Kind::instance:
    case Type::Kind::external_instance: {
      // A function that returns an object may return the same one each time.
      if (node.kind != ValueKind::call) return Made::unknown;
      const Callee& callee = context.program.callee(module, node.a);
      if (callee.kind == Callee::Kind::constructor &&
          equal_object(context, location, module, node.a, callee.klass, depth)) {
        return Made::immutable;
      }
      if (callee.kind == Callee::Kind::function) {
        return returned_value(context, location, callee.function, depth);
      }
      return callee.kind == Callee::Kind::constructor || callee.kind == Callee::Kind::external
                 ? Made::identity
                 : Made::unknown;
    }
    case Type::Kind::module:
    case Type::Kind::class_object: return Made::immutable;
    default: return Made::unknown;
  }
}

}  // namespace

Made made_value(const DetectContext& context, LocationId location, ModuleIndex module,
                ValueId value) {
  return made_at(context, location, module, value, 0);
}

}  // namespace gilcheck::analyzer
