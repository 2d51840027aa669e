// Modules, classes, functions, imports and suppression comments.

#include <algorithm>
#include <cctype>
#include <string>

#include "analyzer/analyzer.h"
#include "analyzer/extract/extractor.h"

namespace gilcheck::analyzer {

namespace {
/// Names of scopes in deeper nesting are cut.
constexpr std::size_t kLongestQualname = 1000;
}  // namespace

Extractor::Extractor(const SyntaxTree& tree, const SourceText& source, ModuleSummary identity)
    : tree_(tree),
      source_(source),
      out_(builder_.out()),
      scopes_(tree, source.text(), builder_),
      names_(builder_) {
  out_.path = std::move(identity.path);
  out_.module = std::move(identity.module);
  out_.is_package = identity.is_package;
  out_.lines = source.line_count();
  out_.bytes = static_cast<std::uint32_t>(source.text().size());
  out_.syntax_errors = tree.syntax_errors;
}

ModuleSummary Extractor::run() {
  prepare_functions();
  out_.documented_thread_safe = claim_of(0, out_.module) == ThreadSafetyClaim::safe;
  const auto count = static_cast<ScopeId>(scopes_.all().size());
  for (ScopeId scope = 0; scope < count; ++scope) {
    if (scopes_.all()[scope].function != kNone) extract_function(scope);
  }
  exports();
  directives();
  return builder_.take();
}

void Extractor::prepare_functions() {
  const auto& scopes = scopes_.all();
  for (ScopeId id = 0; id < scopes.size(); ++id) {
    const Scope& scope = scopes[id];
    if (scope.function == kNone) continue;
    Function made;
    made.range = range_of(scope.node);
    made.name_range = made.range;
    if (scope.kind == ScopeKind::module) {
      made.flags = kFunctionModule;
      out_.functions.push_back(made);
      continue;
    }
    ScopeId around = scope.parent;
    while (scopes[around].kind == ScopeKind::comprehension) around = scopes[around].parent;
    const Scope& parent = scopes[around];
    made.parent = parent.function;
    if (parent.kind == ScopeKind::klass) made.owner = parent.klass;
    if (parent.kind == ScopeKind::function) made.flags |= kFunctionNested;
    std::string name = "<lambda>";
    if (const NodeId name_node = tree_.child(scope.node, FieldKind::name); name_node != kNoNode) {
      name = text_of(name_node);
      made.name_range = range_of(name_node);
    }
    std::string qualname(builder_.name(out_.functions[parent.function].qualname));
    if (qualname.size() > kLongestQualname) qualname = "...";
    if (parent.kind == ScopeKind::function) qualname += ".<locals>";
    if (!qualname.empty()) qualname += '.';
    qualname += name;
    made.name = builder_.intern_copy(std::move(name));
    made.qualname = builder_.intern_copy(qualname);
    if (scope.generator) made.flags |= kFunctionGenerator;
    if (kind(scope.node) == NodeKind::lambda) made.flags |= kFunctionLambda;
    if (scope.kind == ScopeKind::klass) {
      made.flags |= kFunctionClassBody;
      Class klass;
      klass.name = made.name;
      klass.qualname = made.qualname;
      klass.scope = parent.function;
      klass.body = scope.function;
      klass.range = made.range;
      klass.name_range = made.name_range;
      if (scope.body != kNoNode) {
        const ThreadSafetyClaim claim = claim_of(scope.body, builder_.name(made.name));
        klass.documented_thread_safe = claim == ThreadSafetyClaim::safe;
        klass.documented_unsafe = claim == ThreadSafetyClaim::unsafe;
      }
      out_.classes.push_back(klass);
    } else {
      if (const NodeId first = tree_.first_child(scope.node);
          first != kNoNode && is_token(first, "async")) {
        made.flags |= kFunctionAsync;
      }
      if (scope.body != kNoNode) {
        const ThreadSafetyClaim claim = claim_of(scope.body, builder_.name(made.name));
        if (claim == ThreadSafetyClaim::safe) made.flags |= kFunctionDocThreadSafe;
        if (claim == ThreadSafetyClaim::only_this && made.owner != kNone) {
          out_.classes[made.owner].documented_unsafe = true;
        }
      }
    }
    out_.functions.push_back(made);
  }
}

ThreadSafetyClaim Extractor::claim_of(NodeId body, std::string_view name) const {
  // The docstring: a string that is the first statement.
  NodeId first = tree_.first_child(body);
  while (first != kNoNode && kind(first) == NodeKind::token) first = tree_.next(first);
  if (first == kNoNode || kind(first) != NodeKind::expression_statement) {
    return ThreadSafetyClaim::none;
  }
  const NodeId literal = tree_.first_child(first);
  if (literal == kNoNode || kind(literal) != NodeKind::string) return ThreadSafetyClaim::none;
  return thread_safety_claim(text_of(literal), name);
}

void Extractor::extract_function(ScopeId id) {
  const Scope& scope = scopes_.all()[id];
  scope_ = id;
  function_ = scope.function;
  env_.slots.assign(scope.slots, Val{});
  env_.held.clear();
  overlay_.clear();
  flow_.clear();
  guards_.clear();
  switches_.clear();
  loop_tests_.clear();
  regions_.clear();
  pairings_.clear();
  gates_.clear();
  returns_.clear();
  returned_with_.clear();
  returned_ = false;
  last_store_ = {};
  last_load_ = {};
  loop_depth_ = handler_depth_ = quiet_ = depth_ = 0;
  out_.blocks.push_back({});
  block_ = static_cast<BlockId>(out_.blocks.size() - 1);
  Function& made = function();
  made.body = block_;
  made.accesses.first = static_cast<std::uint32_t>(out_.accesses.size());
  made.calls.first = static_cast<std::uint32_t>(out_.calls.size());
  const auto members = static_cast<std::uint32_t>(out_.class_members.size());

  if (scope.kind == ScopeKind::function) {
    for (std::uint32_t i = 0; i < made.params.count; ++i) {
      const Param& param = out_.params[made.params.first + i];
      const NameInfo* info = scopes_.find(id, param.name);
      if (info == nullptr || info->slot >= env_.slots.size()) continue;
      Val val = val_of(builder_.value(ValueKind::param, function_, i));
      env_.slots[info->slot] = val;
      const bool rebound = (info->flags & (kNameRebound | kNameVariable)) != 0;
      if ((info->flags & kNameCaptured) != 0 && rebound) {
        access(builder_.closure(param.name, function_), AccessOp::store, made.name_range, 0, 0,
               val.value);
      }
    }
  } else if (scope.kind == ScopeKind::klass) {
    for (Val& slot : env_.slots) slot.value = 0;
  }

  if (scope.body != kNoNode) {
    if (kind(scope.node) == NodeKind::lambda) {
      returns_.push_back(eval(scope.body).value);
    } else {
      block(scope.body);
    }
  }

  Function& done = function();
  std::erase_if(env_.held, [&](SectionId section) {
    if (out_.sections[section].kind == SectionKind::owned) return true;
    return returned_ &&
           std::find(returned_with_.begin(), returned_with_.end(), section) == returned_with_.end();
  });
  done.exit_held = builder_.held(env_.held);
  done.accesses.count = static_cast<std::uint32_t>(out_.accesses.size()) - done.accesses.first;
  done.calls.count = static_cast<std::uint32_t>(out_.calls.size()) - done.calls.first;
  done.returns = {static_cast<std::uint32_t>(out_.value_lists.size()),
                  static_cast<std::uint32_t>(returns_.size())};
  out_.value_lists.insert(out_.value_lists.end(), returns_.begin(), returns_.end());
  done.regions = {static_cast<std::uint32_t>(out_.regions.size()),
                  static_cast<std::uint32_t>(regions_.size())};
  out_.regions.insert(out_.regions.end(), regions_.begin(), regions_.end());
  done.pairings = {static_cast<std::uint32_t>(out_.pairings.size()),
                   static_cast<std::uint32_t>(pairings_.size())};
  out_.pairings.insert(out_.pairings.end(), pairings_.begin(), pairings_.end());
  done.gates = {static_cast<std::uint32_t>(out_.gates.size()),
                static_cast<std::uint32_t>(gates_.size())};
  out_.gates.insert(out_.gates.end(), gates_.begin(), gates_.end());
  if (scope.kind == ScopeKind::klass) {
    out_.classes[scope.klass].members = {
        members, static_cast<std::uint32_t>(out_.class_members.size()) - members};
  }
}

void Extractor::parameters(ScopeId scope, NodeId list, Function& made) {
  (void)scope;
  std::vector<Param> params;
  bool keyword_only = false;
  for (NodeId at = list == kNoNode ? kNoNode : tree_.first_child(list); at != kNoNode;
       at = tree_.next(at)) {
    const NodeKind node_kind = kind(at);
    if (node_kind == NodeKind::token || node_kind == NodeKind::positional_separator) continue;
    if (node_kind == NodeKind::keyword_separator) {
      keyword_only = true;
      continue;
    }
    Param param;
    param.keyword_only = keyword_only;
    NodeId name = at;
    for (int depth = 0; depth < 4 && name != kNoNode && kind(name) != NodeKind::identifier;
         ++depth) {
      if (kind(name) == NodeKind::list_splat_pattern) param.star = 1;
      if (kind(name) == NodeKind::dictionary_splat_pattern) param.star = 2;
      const NodeId field = tree_.child(name, FieldKind::name);
      name = field != kNoNode ? field : tree_.first_child(name);
      while (name != kNoNode && kind(name) == NodeKind::token) name = tree_.next(name);
    }
    if (param.star == 1) keyword_only = true;
    if (name != kNoNode && kind(name) == NodeKind::identifier) param.name = symbol(name);
    if (const NodeId type = tree_.child(at, FieldKind::type); type != kNoNode) {
      param.annotation = eval_annotation(type);
    }
    if (const NodeId value = tree_.child(at, FieldKind::value); value != kNoNode) {
      param.default_value = eval(value).value;
    }
    params.push_back(param);
  }
  made.params = {static_cast<std::uint32_t>(out_.params.size()),
                 static_cast<std::uint32_t>(params.size())};
  out_.params.insert(out_.params.end(), params.begin(), params.end());
}

ValueId Extractor::lambda(NodeId node) {
  const ScopeId scope = scopes_.of_node(node);
  if (scope == kNone) return 0;
  const FuncId id = scopes_.all()[scope].function;
  Function made = out_.functions[id];
  parameters(scope, tree_.child(node, FieldKind::parameters), made);
  out_.functions[id] = made;
  return builder_.value(ValueKind::function, id);
}

void Extractor::decorated_definition(NodeId node) {
  std::vector<NodeId> decorators;
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) == NodeKind::decorator) decorators.push_back(at);
  }
  const NodeId definition = tree_.child(node, FieldKind::definition);
  if (definition == kNoNode) return;
  if (kind(definition) == NodeKind::class_definition) {
    class_definition(definition, decorators);
  } else {
    function_definition(definition, decorators);
  }
}

void Extractor::function_definition(NodeId node, const std::vector<NodeId>& decorators) {
  const ScopeId scope = scopes_.of_node(node);
  const NodeId name_node = tree_.child(node, FieldKind::name);
  if (scope == kNone || name_node == kNoNode) return;
  const FuncId id = scopes_.all()[scope].function;
  Function made = out_.functions[id];
  std::vector<std::uint32_t> decorator_values;
  for (const NodeId decorator : decorators) {
    const NodeId expression = tree_.first_child(decorator);
    NodeId at = expression;
    while (at != kNoNode && kind(at) == NodeKind::token) at = tree_.next(at);
    if (at == kNoNode) continue;
    decorator_values.push_back(eval(at).value);
    // What the descriptor protocol makes of it is decided by these few, by syntax as in a type
    // checker: the last component of the decorator's name.
    NodeId last = kind(at) == NodeKind::call ? tree_.child(at, FieldKind::function) : at;
    if (last != kNoNode && kind(last) == NodeKind::attribute) {
      last = tree_.child(last, FieldKind::attribute);
    }
    if (last == kNoNode || kind(last) != NodeKind::identifier) continue;
    const Sym name = symbol(last);
    if (name == names_.property || name == names_.cached_property || name == names_.setter ||
        name == names_.getter || name == names_.deleter) {
      made.flags |= kFunctionProperty;
    } else if (name == names_.staticmethod) {
      made.flags |= kFunctionStatic;
    } else if (name == names_.classmethod) {
      made.flags |= kFunctionClassMethod;
    }
  }
  parameters(scope, tree_.child(node, FieldKind::parameters), made);
  if (const NodeId type = tree_.child(node, FieldKind::return_type); type != kNoNode) {
    made.returns_annotation = eval_annotation(type);
  }
  made.decorators = {static_cast<std::uint32_t>(out_.value_lists.size()),
                     static_cast<std::uint32_t>(decorator_values.size())};
  out_.value_lists.insert(out_.value_lists.end(), decorator_values.begin(), decorator_values.end());
  made.defined = block_;
  out_.functions[id] = made;
  const ValueId value = builder_.value(ValueKind::function, id);
  for (std::size_t i = 0; i < decorator_values.size(); ++i) {
    add_call(decorator_values[i], {Argument{0, 0, value}}, range_of(decorators[i]), kCallDecorator);
  }
  store_name(symbol(name_node), val_of(value), made.name_range);
}

void Extractor::class_definition(NodeId node, const std::vector<NodeId>& decorators) {
  const ScopeId scope = scopes_.of_node(node);
  const NodeId name_node = tree_.child(node, FieldKind::name);
  if (scope == kNone || name_node == kNoNode) return;
  const ClassId id = scopes_.all()[scope].klass;
  std::vector<std::uint32_t> decorator_values;
  for (const NodeId decorator : decorators) {
    NodeId at = tree_.first_child(decorator);
    while (at != kNoNode && kind(at) == NodeKind::token) at = tree_.next(at);
    if (at != kNoNode) decorator_values.push_back(eval(at).value);
  }
  std::vector<std::uint32_t> bases;
  ValueId metaclass = 0;
  if (const NodeId list = tree_.child(node, FieldKind::superclasses); list != kNoNode) {
    for (NodeId at = tree_.first_child(list); at != kNoNode; at = tree_.next(at)) {
      if (kind(at) == NodeKind::token) continue;
      if (kind(at) == NodeKind::keyword_argument) {
        const NodeId keyword = tree_.child(at, FieldKind::name);
        const NodeId value = tree_.child(at, FieldKind::value);
        if (keyword == kNoNode || value == kNoNode) continue;
        const ValueId evaluated = eval(value).value;
        if (text_of(keyword) == "metaclass") metaclass = evaluated;
        continue;
      }
      NodeId base = at;
      // Generic[T], Base[int]: the class is what is subscripted.
      if (kind(base) == NodeKind::subscript) {
        const NodeId value = tree_.child(base, FieldKind::value);
        if (value != kNoNode) base = value;
      }
      bases.push_back(eval(base).value);
    }
  }
  Class& made = out_.classes[id];
  made.metaclass = metaclass;
  made.bases = {static_cast<std::uint32_t>(out_.value_lists.size()),
                static_cast<std::uint32_t>(bases.size())};
  out_.value_lists.insert(out_.value_lists.end(), bases.begin(), bases.end());
  made.decorators = {static_cast<std::uint32_t>(out_.value_lists.size()),
                     static_cast<std::uint32_t>(decorator_values.size())};
  out_.value_lists.insert(out_.value_lists.end(), decorator_values.begin(), decorator_values.end());
  const ValueId value = builder_.value(ValueKind::klass, id);
  for (std::size_t i = 0; i < decorator_values.size(); ++i) {
    add_call(decorator_values[i], {Argument{0, 0, value}}, range_of(decorators[i]), kCallDecorator);
  }
  store_name(symbol(name_node), val_of(value), out_.classes[id].name_range);
}

void Extractor::add_import(Import import, Sym bound) {
  import.bound = bound;
  import.function = function_;
  out_.imports.push_back(import);
  const ValueId value =
      builder_.value(ValueKind::import, static_cast<std::uint32_t>(out_.imports.size() - 1));
  if (builder_.name(import.name) == "*") return;
  store_name(bound, val_of(value), import.range);
}

void Extractor::import_statement(NodeId node) {
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (tree_.nodes[at].field != FieldKind::name) continue;
    Import import;
    import.range = range_of(at);
    if (kind(at) == NodeKind::aliased_import) {
      const NodeId name = tree_.child(at, FieldKind::name);
      const NodeId alias = tree_.child(at, FieldKind::alias);
      if (name == kNoNode || alias == kNoNode) continue;
      import.module = builder_.intern(text_of(name));
      add_import(import, builder_.intern(text_of(alias)));
    } else {
      import.module = builder_.intern(text_of(at));
      import.whole = true;
      const NodeId first = tree_.first_child(at);
      if (first == kNoNode) continue;
      add_import(import, builder_.intern(text_of(first)));
    }
  }
  passed(SwitchKind::import_, range_of(node));
}

void Extractor::import_from_statement(NodeId node) {
  Import from;
  if (const NodeId module = tree_.child(node, FieldKind::module_name); module != kNoNode) {
    if (kind(module) == NodeKind::relative_import) {
      for (NodeId at = tree_.first_child(module); at != kNoNode; at = tree_.next(at)) {
        if (kind(at) == NodeKind::import_prefix) {
          const auto text = text_of(at);
          const auto dots = std::count(text.begin(), text.end(), '.');
          from.level = std::min(static_cast<std::uint32_t>(dots), kMostImportDots);
        } else if (kind(at) == NodeKind::dotted_name) {
          from.module = builder_.intern(text_of(at));
        }
      }
    } else {
      from.module = builder_.intern(text_of(module));
    }
  } else {
    from.module = builder_.intern("__future__");
  }
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    Import import = from;
    import.range = range_of(at);
    if (kind(at) == NodeKind::wildcard_import) {
      import.name = builder_.intern("*");
      add_import(import, import.name);
      continue;
    }
    if (tree_.nodes[at].field != FieldKind::name) continue;
    if (kind(at) == NodeKind::aliased_import) {
      const NodeId name = tree_.child(at, FieldKind::name);
      const NodeId alias = tree_.child(at, FieldKind::alias);
      if (name == kNoNode || alias == kNoNode) continue;
      import.name = builder_.intern(text_of(name));
      add_import(import, builder_.intern(text_of(alias)));
    } else {
      import.name = builder_.intern(text_of(at));
      add_import(import, import.name);
    }
  }
  passed(SwitchKind::import_, range_of(node));
}

std::vector<Range> Extractor::logical_lines() const {
  // The lines of every simple statement and of every compound statement's header.
  std::vector<Range> out;
  for (NodeId id = 1; id < tree_.nodes.size(); ++id) {
    const Node& node = tree_.nodes[id];
    if (node.range.end <= node.range.begin) continue;
    switch (node.kind) {
      case NodeKind::expression_statement:
      case NodeKind::return_statement:
      case NodeKind::raise_statement:
      case NodeKind::assert_statement:
      case NodeKind::delete_statement:
      case NodeKind::import_statement:
      case NodeKind::import_from_statement:
      case NodeKind::if_statement:
      case NodeKind::elif_clause:
      case NodeKind::while_statement:
      case NodeKind::for_statement:
      case NodeKind::except_clause:
      case NodeKind::with_statement:
      case NodeKind::function_definition:
      case NodeKind::class_definition:
      case NodeKind::match_statement:
      case NodeKind::case_clause: {
        std::uint32_t end = node.range.end;
        for (NodeId child = tree_.first_child(id); child != kNoNode; child = tree_.next(child)) {
          if (kind(child) == NodeKind::block) {
            end = tree_.nodes[child].range.begin;
            while (end > node.range.begin + 1 &&
                   std::isspace(static_cast<unsigned char>(source_.text()[end - 1])) != 0) {
              --end;
            }
            break;
          }
        }
        const std::uint32_t first = source_.line_of(node.range.begin);
        out.push_back({first, source_.line_of(end - 1) - first + 1});
        break;
      }
      default: break;
    }
  }
  // Statements on one line, or with a line in common, are one logical line.
  std::sort(out.begin(), out.end(), [](Range a, Range b) { return a.first < b.first; });
  std::size_t kept = 0;
  for (const Range lines : out) {
    if (kept != 0 && lines.first < out[kept - 1].end()) {
      Range& open = out[kept - 1];
      open.count = std::max(open.end(), lines.end()) - open.first;
    } else {
      out[kept++] = lines;
    }
  }
  out.resize(kept);
  return out;
}

void Extractor::directives() {
  std::vector<Range> lines;  // logical lines, once they are asked for
  for (const ByteRange range : tree_.comments) {
    const std::string_view comment = source_.slice(range);
    const auto found = comment.find("gilcheck");
    if (found == comment.npos || found == 0) continue;
    // Only a comment of its own, not prose that mentions one.
    std::size_t hash = found;
    while (hash > 0 && (comment[hash - 1] == ' ' || comment[hash - 1] == '\t')) --hash;
    if (hash == 0 || comment[hash - 1] != '#') continue;
    std::string_view rest = comment.substr(found + 8);
    const bool colon = rest.starts_with(':');
    if (colon) rest.remove_prefix(1);
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    // Prose may begin with the name, but goes on with something else.
    if (!colon && !rest.starts_with("ignore[") && !rest.starts_with("file-ignore[")) continue;

    Suppression made;
    made.range = range;
    made.line = source_.line_of(range.begin);
    const Span span = source_.span(range);
    const std::string_view before = source_.line(made.line).substr(
        0, std::min<std::size_t>(span.column - 1, source_.line(made.line).size()));
    made.own_line = before.find_first_not_of(" \t\f") == before.npos;
    const auto malformed = [&](std::string why) {
      made.kind = DirectiveKind::malformed;
      made.reason = builder_.intern_copy(std::move(why));
      made.codes = {};
      out_.suppressions.push_back(made);
    };
    const std::size_t open = rest.find('[');
    std::string_view word = rest.substr(0, std::min(open, rest.find_first_of(" [(")));
    if (!colon) {
      malformed("the colon is missing; write gilcheck: " + std::string(word) + "[GIL101] reason");
      continue;
    }
    if (word != "ignore" && word != "file-ignore") {
      malformed("'" + std::string(word) +
                "' is not a directive; write ignore[GIL101] reason or "
                "file-ignore[GIL101] reason");
      continue;
    }
    const std::size_t close = rest.find(']');
    if (open == rest.npos || close == rest.npos || close < open) {
      malformed("name the rules it is about: " + std::string(word) + "[GIL101] reason");
      continue;
    }
    made.codes.first = static_cast<std::uint32_t>(out_.directive_codes.size());
    std::string_view list = rest.substr(open + 1, close - open - 1);
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      std::string_view code = list.substr(0, comma);
      list.remove_prefix(std::min(list.size(), comma + 1));
      while (!code.empty() && code.front() == ' ') code.remove_prefix(1);
      while (!code.empty() && code.back() == ' ') code.remove_suffix(1);
      if (!code.empty()) out_.directive_codes.push_back(builder_.intern(code));
    }
    made.codes.count = static_cast<std::uint32_t>(out_.directive_codes.size()) - made.codes.first;
    if (made.codes.count == 0) {
      malformed("name at least one rule: " + std::string(word) + "[GIL101] reason");
      continue;
    }
    std::string_view reason = rest.substr(close + 1);
    while (!reason.empty() && (reason.front() == ' ' || reason.front() == ':'))
      reason.remove_prefix(1);
    made.reason = builder_.intern(reason);
    if (word == "file-ignore") {
      made.kind = DirectiveKind::file_ignore;
      out_.suppressions.push_back(made);
      continue;
    }
    std::uint32_t line = made.line;
    if (made.own_line) {
      // The next line that holds code.
      const std::uint32_t count = source_.line_count();
      for (++line; line < count; ++line) {
        const std::string_view text = source_.line(line);
        const auto start = text.find_first_not_of(" \t\f");
        if (start != text.npos && text[start] != '#') break;
      }
    }
    if (lines.empty()) lines = logical_lines();
    const auto after =
        std::upper_bound(lines.begin(), lines.end(), line,
                         [](std::uint32_t at, Range other) { return at < other.first; });
    made.first_line = made.last_line = line;
    if (after != lines.begin() && line < (after - 1)->end()) {
      made.first_line = (after - 1)->first;
      made.last_line = (after - 1)->end() - 1;
    }
    out_.suppressions.push_back(made);
  }
}

ModuleSummary summarize(std::string_view path, std::string_view module, bool is_package,
                        const SourceText& source) {
  thread_local SyntaxTree tree;
  parse(source.text(), tree);
  ModuleSummary identity;
  identity.path = path;
  identity.module = module;
  identity.is_package = is_package;
  ModuleSummary out = Extractor(tree, source, std::move(identity)).run();
  // A huge file's tree is not worth keeping for the next, mostly small one.
  if (tree.nodes.capacity() > (1u << 20)) tree = SyntaxTree{};
  return out;
}

}  // namespace gilcheck::analyzer
