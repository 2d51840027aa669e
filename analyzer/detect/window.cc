#include "analyzer/detect/window.h"

#include <fmt/format.h>

#include <span>

#include "analyzer/detect/code_text.h"
#include "rules/tables.h"

namespace gilcheck::analyzer {

namespace {

using rules::Container;

enum class Answer : std::uint8_t { no, perhaps, yes };

/// Does an operation on a value of this type run Python code through one of `methods`?
Answer runs_python(const Program& program, const Type& type,
                   std::span<const std::string_view> methods) {
  switch (type.kind) {
    case Type::Kind::builtin:
      return type.container == Container::Unknown ? Answer::perhaps : Answer::no;
    case Type::Kind::instance: {
      for (const auto method : methods) {
        if (program.defines(type.index, method)) return Answer::yes;
      }
      const ClassInfo& info = program.classes()[type.index];
      return info.bases_unknown || !info.external_bases.empty() ? Answer::perhaps : Answer::no;
    }
    case Type::Kind::class_object:
    case Type::Kind::function:
    case Type::Kind::bound_method:
    case Type::Kind::module: return Answer::no;
    case Type::Kind::external:
    case Type::Kind::external_instance:
    case Type::Kind::unknown: return Answer::perhaps;
  }
  return Answer::perhaps;
}

Answer operator_answer(const Program& program, ModuleIndex module, const RegionSwitch& at) {
  static constexpr std::string_view kLeft[] = {
      "__iadd__",     "__add__",       "__isub__",   "__sub__",    "__imul__",    "__mul__",
      "__ior__",      "__or__",        "__iand__",   "__and__",    "__ixor__",    "__xor__",
      "__eq__",       "__lt__",        "__gt__",     "__le__",     "__ge__",      "__ne__",
      "__mod__",      "__imod__",      "__neg__",    "__invert__", "__truediv__", "__itruediv__",
      "__floordiv__", "__ifloordiv__", "__lshift__", "__rshift__", "__pow__"};
  static constexpr std::string_view kRight[] = {
      "__radd__", "__rsub__", "__rmul__", "__ror__", "__rand__", "__rxor__",     "__eq__",
      "__lt__",   "__gt__",   "__le__",   "__ge__",  "__rmod__", "__rtruediv__", "__rfloordiv__"};
  const Answer left = runs_python(program, program.type_of(module, at.value), kLeft);
  if (left == Answer::yes) return left;
  if (at.value2 == 0) return left;  // a literal pattern
  const Answer right = runs_python(program, program.type_of(module, at.value2), kRight);
  if (right == Answer::yes) return right;
  return left == Answer::perhaps || right == Answer::perhaps ? Answer::perhaps : Answer::no;
}

/// Reading a missing key may run the default factory or __missing__.
Answer missing_item_answer(const Program& program, const Type& container, LocationId id) {
  if (container.container == Container::Counter) return Answer::yes;
  if (container.container != Container::DefaultDict || id == kNone) return Answer::no;
  // defaultdict(f): the factory is the first argument of the call that made it.
  const Location& location = program.locations()[id];
  const ModuleSummary& summary = *program.modules()[location.initial_module];
  const ValueNode* node = &summary.values[location.initial];
  while (node->kind == ValueKind::annotated) node = &summary.values[node->b];
  if (node->kind != ValueKind::call) return Answer::no;
  const Call& call = summary.calls[node->a];
  if (call.args.count == 0) return Answer::no;
  const Type type =
      program.type_of(location.initial_module, summary.arguments[call.args.first].value);
  const bool python = type.kind == Type::Kind::function || type.kind == Type::Kind::bound_method ||
                      type.kind == Type::Kind::class_object;
  return python ? Answer::yes : Answer::no;
}

/// A property, or another descriptor written in Python, stands for the location.
bool through_property(const Program& program, ModuleIndex module, const Access& access) {
  const ModuleSummary& summary = *program.modules()[module];
  const PathNode& path = summary.paths[access.path];
  if (path.kind != PathKind::attr) return false;
  const Type type = program.type_of_path(module, path.parent);
  const std::uint32_t name = program.find_symbol(summary.name(path.sym));
  return type.kind == Type::Kind::instance && name != 0 &&
         program.runs_python_on_attribute(type.index, name);
}

Answer subscript_answer(const Program& program, ModuleIndex module, const RegionSwitch& at,
                        LocationId location) {
  const Type container = program.type_of(module, at.value);
  if (container.kind == Type::Kind::instance) {
    static constexpr std::string_view kItem[] = {"__getitem__", "__setitem__", "__contains__",
                                                 "__delitem__", "__missing__"};
    const Answer answer = runs_python(program, container, kItem);
    if (answer == Answer::yes) return answer;
  }
  if (at.value2 != 0) {
    const Type key = program.type_of(module, at.value2);
    if (key.kind == Type::Kind::instance) {
      static constexpr std::string_view kKey[] = {"__hash__", "__eq__"};
      const Answer answer = runs_python(program, key, kKey);
      if (answer == Answer::yes) return answer;
    }
  }
  return missing_item_answer(program, container, location);
}

}  // namespace

Window judge_window(const Program& program, ModuleIndex module, const Region& region,
                    const SourceText& source) {
  const ModuleSummary& summary = *program.modules()[module];
  const Access& first = summary.accesses[region.first];
  const Access& last = summary.accesses[region.last];
  Window out;
  out.range = last.range;
  const auto decide = [&](WindowClass window, std::string_view kind, std::string text,
                          ByteRange range, bool certain) {
    out.window = window;
    out.has_switch = true;
    out.certain = certain;
    out.kind = kind;
    out.text = std::move(text);
    out.range = range;
  };
  const PythonVersion version = program.options().python_version;
  if (version.major < 3 || version.minor < 10) {
    decide(WindowClass::already_racy, "instruction",
           fmt::format("CPython {}.{} may switch after almost every instruction", version.major,
                       version.minor),
           last.range, true);
    return out;
  }
  const LocationId location = program.location_of(module, region.first);
  for (const Access* access : {&first, &last}) {
    if (!through_property(program, module, *access)) continue;
    decide(WindowClass::already_racy, "property",
           fmt::format("`{}` goes through a property or descriptor written in Python",
                       code_text(source, access->range, 48)),
           access->range, true);
    return out;
  }
  for (std::uint32_t i = region.switches.first; i < region.switches.end(); ++i) {
    const RegionSwitch& at = summary.switch_points[i];
    const std::string code = code_text(source, at.range, 48);
    Answer answer = Answer::yes;
    switch (at.kind) {
      case SwitchKind::call:
        decide(WindowClass::already_racy, "call",
               fmt::format("the call `{}` ends between the two", code), at.range, true);
        return out;
      case SwitchKind::backward_jump:
        decide(WindowClass::already_racy, "backward-jump",
               fmt::format("the loop jumps back between the two"), at.range, true);
        return out;
      case SwitchKind::with_:
        decide(WindowClass::already_racy, "with",
               fmt::format("entering or leaving `{}` lies between the two", code), at.range, true);
        return out;
      case SwitchKind::await_:
        decide(WindowClass::already_racy, "await", "the coroutine is suspended between the two",
               at.range, true);
        return out;
      case SwitchKind::yield_:
        decide(WindowClass::already_racy, "yield", "the generator is suspended between the two",
               at.range, true);
        return out;
      case SwitchKind::import_:
        decide(WindowClass::already_racy, "import", "an import runs between the two", at.range,
               true);
        return out;
      case SwitchKind::operator_:
        answer = operator_answer(program, module, at);
        if (answer == Answer::yes) {
          decide(WindowClass::already_racy, "python-operator",
                 fmt::format("`{}` runs an operator method written in Python", code), at.range,
                 true);
          return out;
        }
        break;
      case SwitchKind::attribute: {
        const Type type = program.type_of(module, at.value);
        const ValueNode& value = summary.values[at.value2];
        if (type.kind != Type::Kind::instance || value.kind != ValueKind::path) {
          answer = Answer::no;
          break;
        }
        const PathNode& path = summary.paths[value.a];
        const std::uint32_t name = program.find_symbol(summary.name(path.sym));
        answer = program.runs_python_on_attribute(type.index, name) ? Answer::yes : Answer::no;
        if (answer == Answer::yes) {
          decide(WindowClass::already_racy, "property",
                 fmt::format("reading `{}` runs Python code", code), at.range, true);
          return out;
        }
        break;
      }
      case SwitchKind::truth: {
        const Type type = program.type_of(module, at.value);
        static constexpr std::string_view kTruth[] = {"__bool__", "__len__"};
        answer = runs_python(program, type, kTruth);
        if (answer == Answer::yes) {
          decide(WindowClass::already_racy, "python-operator",
                 fmt::format("testing `{}` runs __bool__ or __len__ written in Python", code),
                 at.range, true);
          return out;
        }
        // Truth of an object whose class is not known to define it: hardly anything does.
        answer = Answer::no;
        break;
      }
      case SwitchKind::subscript:
        answer = subscript_answer(program, module, at, location);
        if (answer == Answer::yes) {
          decide(WindowClass::already_racy, "python-operator",
                 fmt::format("`{}` runs a special method written in Python", code), at.range, true);
          return out;
        }
        break;
    }
    if (answer == Answer::perhaps && !out.has_switch) {
      decide(WindowClass::gil_masked_if_builtin, "python-operator",
             fmt::format("`{}` is a switch point if an operand implements it in Python", code),
             at.range, false);
    }
  }
  // 3.10 also checks when a conditional jump is taken and when an except clause is entered.
  if (version.minor == 10 && out.window != WindowClass::already_racy) {
    const bool jumped = region.kind == RegionKind::control &&
                        (first.block == last.block || summary.blocks[last.block].alternative != 0);
    if (jumped || (region.kind == RegionKind::handler && region.test == Test::raised)) {
      decide(WindowClass::already_racy, "forward-jump",
             jumped ? "CPython 3.10 checks when the jump past the branch is taken"
                    : "CPython 3.10 checks when the except clause is entered",
             region.condition, true);
    }
  }
  return out;
}

Window one_call_window(const Program& program, const std::string& call, bool python,
                       bool maybe_python, ByteRange range) {
  Window out;
  out.range = range;
  const PythonVersion version = program.options().python_version;
  (void)version;
  if (python) {
    out.window = WindowClass::already_racy;
    out.has_switch = true;
    out.kind = "python-operator";
    out.text = fmt::format("`{}` runs Python code while it works on the container", call);
  } else if (maybe_python) {
    out.window = WindowClass::gil_masked_if_builtin;
    out.has_switch = true;
    out.certain = false;
    out.kind = "python-operator";
    out.text =
        fmt::format("`{}` is one GIL window unless an element or operand runs Python code", call);
  }
  return out;
}

}  // namespace gilcheck::analyzer
