// `gilcheck debug syntax|summary`: the first two intermediate forms as text.

#include <fmt/format.h>

#include <iterator>

#include "analyzer/analyzer.h"
#include "analyzer/parse/syntax_tree.h"

namespace gilcheck::analyzer {

namespace {

constexpr std::string_view kValueKinds[] = {
    "unknown",       "constant", "path",     "call",    "param",  "local",  "display",
    "comprehension", "function", "class",    "import",  "binary", "unary",  "compare",
    "either",        "element",  "unpacked", "awaited", "super",  "string", "annotated"};
constexpr std::string_view kOps[] = {"load",       "store",    "del",      "item_load",
                                     "item_store", "item_del", "contains", "length",
                                     "iterate",    "method",   "whole"};
constexpr std::string_view kRegionKinds[] = {"data", "control", "key", "handler", "single"};
constexpr std::string_view kTests[] = {"",         "truthy",  "falsy",  "is_none",   "is_not_none",
                                       "present",  "absent",  "equal",  "not_equal", "ordered",
                                       "identity", "matched", "raised", "completed", "other"};
constexpr std::string_view kSwitches[] = {"call",  "backward-jump", "with",     "await",
                                          "yield", "import",        "operator", "attribute",
                                          "truth", "subscript"};

class Printer {
 public:
  Printer(const ModuleSummary& summary, const SourceText& source) : s_(summary), source_(source) {}

  std::string run() {
    line("module {} ({} lines, {} functions, {} classes)", s_.module, s_.lines, s_.functions.size(),
         s_.classes.size());
    for (const Import& import : s_.imports) {
      line("import {}{}{}{} as {}", std::string(import.level, '.'), s_.name(import.module),
           import.name != 0 ? ":" : "", s_.name(import.name), s_.name(import.bound));
    }
    if (s_.export_list != ExportList::none) {
      std::string names;
      for (const Sym name : s_.exports) names.append(" ").append(s_.name(name));
      line("exports{}{}", names,
           s_.export_list == ExportList::partial ? " and perhaps others" : "");
    }
    for (const Class& klass : s_.classes) {
      std::string bases;
      for (std::uint32_t i = klass.bases.first; i < klass.bases.end(); ++i) {
        bases += (bases.empty() ? "" : ", ") + value(s_.value_lists[i], 0);
      }
      line("class {}({}){}", s_.name(klass.qualname), bases,
           klass.documented_thread_safe ? " documented thread-safe"
           : klass.documented_unsafe    ? " documented unsafe"
                                        : "");
    }
    for (const Function& function : s_.functions) print(function);
    for (const Suppression& made : s_.suppressions) {
      line("directive line {}: covers {}-{}", made.line, made.first_line, made.last_line);
    }
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  std::string at(ByteRange range) const {
    const Span span = source_.span(range);
    return fmt::format("{}:{}", span.line, span.column);
  }
  std::string path(PathId id, int depth) const {
    const PathNode& node = s_.paths[id];
    if (depth > 12) return "...";
    switch (node.kind) {
      case PathKind::none: return "?";
      case PathKind::global: return std::string(s_.name(node.sym));
      case PathKind::closure:
        return fmt::format("{}@{}", s_.name(node.sym), s_.name(s_.functions[node.aux].qualname));
      case PathKind::value: return value(node.aux, depth + 1);
      case PathKind::attr:
        return path(node.parent, depth + 1) + "." + std::string(s_.name(node.sym));
      case PathKind::item:
        return path(node.parent, depth + 1) + "[" + value(node.aux, depth + 1) + "]";
    }
    return "?";
  }
  std::string value(ValueId id, int depth) const {
    const ValueNode& node = s_.values[id];
    if (depth > 12) return "...";
    switch (node.kind) {
      case ValueKind::unknown: return "?";
      case ValueKind::constant: return fmt::format("'{}'", s_.name(node.b));
      case ValueKind::path: return path(node.a, depth + 1);
      case ValueKind::call: return value(s_.calls[node.a].callee, depth + 1) + "()";
      case ValueKind::param: {
        const Function& function = s_.functions[node.a];
        return fmt::format("<{}>", s_.name(s_.params[function.params.first + node.b].name));
      }
      case ValueKind::local: return fmt::format("{}#{}", s_.name(node.b), node.c);
      case ValueKind::function: return std::string(s_.name(s_.functions[node.a].qualname));
      case ValueKind::klass: return std::string(s_.name(s_.classes[node.a].qualname));
      case ValueKind::binary:
        return fmt::format("({} {} {})", value(node.b, depth + 1), s_.name(node.a),
                           value(node.c, depth + 1));
      case ValueKind::either:
        return fmt::format("({} | {})", value(node.b, depth + 1), value(node.c, depth + 1));
      case ValueKind::element: return value(node.b, depth + 1) + "[*]";
      default: return std::string(kValueKinds[static_cast<std::size_t>(node.kind)]);
    }
  }
  std::string held(HeldId id) const {
    std::string out;
    const Range set = s_.held_sets[id];
    for (std::uint32_t i = set.first; i < set.end(); ++i) {
      const Section& section = s_.sections[s_.held_lists[i]];
      out += (out.empty() ? "" : ", ") +
             fmt::format("#{} {}", s_.held_lists[i],
                         section.lock != 0 ? path(section.lock, 0) : value(section.value, 0));
    }
    return out.empty() ? out : "  held " + out;
  }
  void print(const Function& function) {
    line("");
    line("function {} [{}]",
         function.flags & kFunctionModule ? "<module>" : s_.name(function.qualname),
         at(function.range));
    for (std::uint32_t i = function.accesses.first; i < function.accesses.end(); ++i) {
      const Access& access = s_.accesses[i];
      line("  a{} {:<10} {} {}{}{} [{}] block {}{}", i, kOps[static_cast<std::size_t>(access.op)],
           path(access.path, 0), s_.name(access.method),
           access.key != 0 ? " key " + value(access.key, 0) : "",
           access.value != 0 ? " value " + value(access.value, 0) : "", at(access.range),
           access.block, held(access.held));
    }
    for (std::uint32_t i = function.calls.first; i < function.calls.end(); ++i) {
      const Call& call = s_.calls[i];
      std::string arguments;
      for (std::uint32_t a = call.args.first; a < call.args.end(); ++a) {
        const Argument& argument = s_.arguments[a];
        arguments += arguments.empty() ? "" : ", ";
        if (argument.keyword != 0) arguments += std::string(s_.name(argument.keyword)) + "=";
        arguments += value(argument.value, 0);
      }
      line("  c{} {}({}) [{}] before a{}{}{}", i, value(call.callee, 0), arguments, at(call.range),
           call.before, call.flags & kCallInLoop ? " in loop" : "", held(call.held));
    }
    for (std::uint32_t i = function.regions.first; i < function.regions.end(); ++i) {
      const Region& region = s_.regions[i];
      std::string switches;
      for (std::uint32_t w = region.switches.first; w < region.switches.end(); ++w) {
        switches +=
            fmt::format(" {}@{}", kSwitches[static_cast<std::size_t>(s_.switch_points[w].kind)],
                        at(s_.switch_points[w].range));
      }
      line("  r {} {} a{} .. a{}{}{}{}", kRegionKinds[static_cast<std::size_t>(region.kind)],
           kTests[static_cast<std::size_t>(region.test)], region.first, region.last,
           region.rechecked ? " rechecked" : "", held(region.common_held),
           switches.empty() ? "" : "  switch" + switches);
    }
    for (std::uint32_t i = function.gates.first; i < function.gates.end(); ++i) {
      const Gate& gate = s_.gates[i];
      line("  gate {} a{} b{}", gate.set ? "set" : "unset", gate.tested, gate.block);
    }
    for (std::uint32_t i = function.pairings.first; i < function.pairings.end(); ++i) {
      const Pairing& pairing = s_.pairings[i];
      line("  pair {} a{} a{}", pairing.writes ? "writes" : "reads", pairing.first, pairing.second);
    }
  }

  const ModuleSummary& s_;
  const SourceText& source_;
  std::string out_;
};

}  // namespace

std::string debug_syntax(const SourceText& source) {
  SyntaxTree tree;
  parse(source.text(), tree);
  std::string out;
  struct Open {
    NodeId node;
    std::size_t depth;
  };
  std::vector<Open> stack{{0, 0}};
  while (!stack.empty()) {
    const auto [id, depth] = stack.back();
    stack.pop_back();
    const Node& node = tree.nodes[id];
    const Span span = source.span(node.range);
    fmt::format_to(std::back_inserter(out), "{:{}}{}{}{} {}:{}-{}:{}{}\n", "",
                   std::min<std::size_t>(depth, 60) * 2, to_string(node.field),
                   node.field == FieldKind::none ? "" : ": ", to_string(node.kind), span.line,
                   span.column, span.end_line, span.end_column, node.missing ? " missing" : "");
    if (node.has_next) stack.push_back({node.end, depth});
    if (node.end > id + 1) stack.push_back({id + 1, depth + 1});
  }
  for (const ByteRange range : tree.syntax_errors) {
    const Span span = source.span(range);
    fmt::format_to(std::back_inserter(out), "syntax error {}:{}\n", span.line, span.column);
  }
  return out;
}

std::string debug_summary(const ModuleSummary& summary, const SourceText& source) {
  return Printer(summary, source).run();
}

}  // namespace gilcheck::analyzer
