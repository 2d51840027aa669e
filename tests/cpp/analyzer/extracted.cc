#include "extracted.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace gilcheck::analyzer {

namespace {

std::string dedented(std::string_view text) {
  if (text.starts_with('\n')) text.remove_prefix(1);
  const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    line.remove_prefix(std::min(indent, std::min(line.find_first_not_of(' '), line.size())));
    out.append(line);
  }
  return out;
}

constexpr std::array<std::string_view, 11> kOps = {
    "load",     "store",  "del",     "item_load", "item_store", "item_del",
    "contains", "length", "iterate", "method",    "whole"};
constexpr std::array<std::string_view, 5> kRegions = {"data", "control", "key", "handler",
                                                      "single"};
constexpr std::array<std::string_view, 15> kTests = {
    "",          "truthy",  "falsy",    "is_none", "is_not_none", "present",   "absent", "equal",
    "not_equal", "ordered", "identity", "matched", "raised",      "completed", "other"};
constexpr std::array<std::string_view, 10> kSwitches = {
    "call",   "backward_jump", "with",       "await",  "yield",
    "import", "operator?",     "attribute?", "truth?", "subscript?"};
constexpr std::array<std::string_view, 13> kBuiltins = {
    "None", "bool", "int", "float", "complex", "str",      "bytes",
    "...",  "()",   "[]",  "{}",    "set()",   "generator"};

template <typename Enum>
std::size_t at(Enum value) {
  return static_cast<std::size_t>(value);
}

}  // namespace

Extracted::Extracted(std::string_view python)
    : source_(dedented(python)), summary_(summarize("m.py", "m", false, source_)) {}

const Function& Extracted::function(std::string_view qualname) const {
  for (const Function& function : summary_.functions) {
    if (summary_.name(function.qualname) == qualname) return function;
  }
  throw std::invalid_argument("no function " + std::string(qualname));
}

const Class& Extracted::klass(std::string_view qualname) const {
  for (const Class& klass : summary_.classes) {
    if (summary_.name(klass.qualname) == qualname) return klass;
  }
  throw std::invalid_argument("no class " + std::string(qualname));
}

std::string Extracted::path(PathId id) const {
  const PathNode& node = summary_.paths[id];
  switch (node.kind) {
    case PathKind::none: return "?";
    case PathKind::global: return name(node.sym);
    case PathKind::closure:
      return name(node.sym) + "@" + name(summary_.functions[node.aux].qualname);
    case PathKind::value: return value(node.aux);
    case PathKind::attr: return path(node.parent) + "." + name(node.sym);
    case PathKind::item: return path(node.parent) + "[" + value(node.aux) + "]";
  }
  return "?";
}

std::string Extracted::value(ValueId id) const {
  const ValueNode& node = summary_.values[id];
  switch (node.kind) {
    case ValueKind::unknown: return "?";
    case ValueKind::constant: {
      const auto type = static_cast<Builtin>(node.a);
      if (type == Builtin::str) return "'" + name(node.b) + "'";
      return node.b != 0 ? name(node.b) : std::string(kBuiltins[node.a]);
    }
    case ValueKind::path: return path(node.a);
    case ValueKind::call: return value(summary_.calls[node.a].callee) + "()";
    case ValueKind::param:
      return name(summary_.params[summary_.functions[node.a].params.first + node.b].name);
    case ValueKind::local: return "local " + name(node.b);
    case ValueKind::display: return std::string(kBuiltins[node.a]);
    case ValueKind::comprehension: return "comprehension " + std::string(kBuiltins[node.a]);
    case ValueKind::function: return name(summary_.functions[node.a].qualname);
    case ValueKind::klass: return "class " + name(summary_.classes[node.a].qualname);
    case ValueKind::import: {
      const Import& import = summary_.imports[node.a];
      return "import " + name(import.module) + (import.name != 0 ? "." + name(import.name) : "");
    }
    case ValueKind::binary: return value(node.b) + " " + name(node.a) + " " + value(node.c);
    case ValueKind::unary: return name(node.a) + value(node.b);
    case ValueKind::compare: return "bool";
    case ValueKind::either: return value(node.b) + " | " + value(node.c);
    case ValueKind::element: return "each of " + value(node.b);
    case ValueKind::unpacked: return value(node.b) + " part " + std::to_string(node.c);
    case ValueKind::awaited: return "await " + value(node.b);
    case ValueKind::super_: return "super()";
    case ValueKind::string: return "string";
    case ValueKind::annotated: return value(node.b) + ": " + value(node.c);
  }
  return "?";
}

std::string Extracted::held(HeldId id) const {
  std::string out;
  const Range set = summary_.held_sets[id];
  for (std::uint32_t i = set.first; i < set.end(); ++i) {
    const Section& section = summary_.sections[summary_.held_lists[i]];
    out += (out.empty() ? " under " : ", ") + std::string(section.async_ ? "async " : "") +
           (section.lock != 0 ? path(section.lock) : value(section.value));
  }
  return out;
}

std::string Extracted::access(AccessId id) const {
  const Access& access = summary_.accesses[id];
  std::string out = std::string(kOps[at(access.op)]) + " " + path(access.path);
  switch (access.op) {
    case AccessOp::item_load:
    case AccessOp::item_store:
    case AccessOp::item_del:
    case AccessOp::contains:
      out += "[" + (access.key != 0 ? value(access.key) : access.method != 0 ? ":" : "?") + "]";
      break;
    case AccessOp::method: out += "." + name(access.method); break;
    case AccessOp::iterate:
    case AccessOp::whole:
      if (access.method != 0) out += " " + name(access.method);
      break;
    default: break;
  }
  return out;
}

std::vector<std::string> Extracted::accesses(std::string_view qualname) const {
  std::vector<std::string> out;
  const Range range = function(qualname).accesses;
  for (AccessId id = range.first; id < range.end(); ++id) {
    out.push_back(access(id) + held(summary_.accesses[id].held));
  }
  return out;
}

std::vector<std::string> Extracted::regions(std::string_view qualname) const {
  std::vector<std::string> out;
  const Range range = function(qualname).regions;
  for (std::uint32_t i = range.first; i < range.end(); ++i) {
    const Region& region = summary_.regions[i];
    std::string text(kRegions[at(region.kind)]);
    if (region.test != Test::none) text += " " + std::string(kTests[at(region.test)]);
    text += ": " + access(region.first) + " -> " + access(region.last) + held(region.common_held);
    if (region.rechecked) text += " rechecked";
    out.push_back(std::move(text));
  }
  return out;
}

std::vector<std::string> Extracted::switches(std::string_view qualname) const {
  std::vector<std::string> out;
  const Range range = function(qualname).regions;
  for (std::uint32_t i = range.first; i < range.end(); ++i) {
    const Range inside = summary_.regions[i].switches;
    std::string text;
    for (std::uint32_t s = inside.first; s < inside.end(); ++s) {
      if (!text.empty()) text += " ";
      text += kSwitches[at(summary_.switch_points[s].kind)];
    }
    out.push_back(std::move(text));
  }
  return out;
}

std::vector<std::string> Extracted::pairings(std::string_view qualname) const {
  std::vector<std::string> out;
  const Range range = function(qualname).pairings;
  for (std::uint32_t i = range.first; i < range.end(); ++i) {
    const Pairing& pairing = summary_.pairings[i];
    out.push_back((pairing.writes ? "writes " : "reads ") +
                  path(summary_.accesses[pairing.first].path) + " " +
                  path(summary_.accesses[pairing.second].path));
  }
  return out;
}

std::vector<std::string> Extracted::calls(std::string_view qualname) const {
  std::vector<std::string> out;
  const Range range = function(qualname).calls;
  for (CallId id = range.first; id < range.end(); ++id) {
    const Call& call = summary_.calls[id];
    std::string text = value(call.callee) + "(";
    for (std::uint32_t i = 0; i < call.args.count; ++i) {
      const Argument& argument = summary_.arguments[call.args.first + i];
      if (i != 0) text += ", ";
      text += std::string(argument.star, '*');
      if (argument.keyword != 0) text += name(argument.keyword) + "=";
      text += value(argument.value);
    }
    text += ")";
    if ((call.flags & kCallInLoop) != 0) text += " in loop";
    if ((call.flags & kCallDecorator) != 0) text += " decorator";
    if ((call.flags & kCallResultUnused) != 0) text += " unused";
    out.push_back(text + held(call.held));
  }
  return out;
}

std::vector<std::string> Extracted::returns(std::string_view qualname) const {
  std::vector<std::string> out;
  const Range range = function(qualname).returns;
  for (std::uint32_t i = range.first; i < range.end(); ++i) {
    out.push_back(value(summary_.value_lists[i]));
  }
  return out;
}

}  // namespace gilcheck::analyzer
