#include "analyzer/extract/scopes.h"

namespace gilcheck::analyzer {

namespace {
/// Names in deeper nested targets are left out.
constexpr std::uint32_t kDeepestPattern = 200;
}  // namespace

Scopes::Scopes(const SyntaxTree& tree, std::string_view text, SummaryBuilder& builder)
    : tree_(tree), text_(text), builder_(builder), symbols_(tree.nodes.size(), 0) {
  names_.reserve(tree.nodes.size() / 16);
  uses_.reserve(tree.nodes.size() / 8);
  scan();
  resolve_captures();
}

ScopeId Scopes::of_node(NodeId node) const {
  const auto found = by_node_.find(node);
  return found == by_node_.end() ? kNone : found->second;
}

const NameInfo* Scopes::find(ScopeId scope, Sym name) const {
  const auto found = names_.find(key(scope, name));
  return found == names_.end() || (found->second.flags & kNameBound) == 0 ? nullptr
                                                                          : &found->second;
}

ScopeId Scopes::binding_scope(ScopeId scope) const {
  // A walrus inside a comprehension binds in the scope around it (PEP 572).
  while (scopes_[scope].kind == ScopeKind::comprehension) scope = scopes_[scope].parent;
  return scope;
}

void Scopes::bind(ScopeId scope, Sym name, std::uint8_t flags, std::uint32_t detail) {
  auto& info = names_[key(scope, name)];
  if ((info.flags & (kNameGlobal | kNameNonlocal)) != 0) {
    // The binding belongs to another scope: that one is written from here.
    if ((info.flags & kNameGlobal) != 0) {
      auto& global = names_[key(0, name)];
      if ((global.flags & kNameBound) == 0) global.slot = scopes_[0].slots++;
      global.flags =
          static_cast<std::uint8_t>(global.flags | kNameBound | kNameRebound | kNameVariable);
    }
    return;
  }
  if ((info.flags & kNameBound) != 0) {
    info.flags = static_cast<std::uint8_t>(info.flags | kNameRebound | flags);
    return;
  }
  info.flags = static_cast<std::uint8_t>(info.flags | kNameBound | flags);
  info.slot = scopes_[scope].slots++;
  info.detail = detail;
}

void Scopes::bind_pattern(ScopeId scope, NodeId node, std::uint32_t depth) {
  if (depth > kDeepestPattern) return;
  switch (tree_.kind(node)) {
    case NodeKind::identifier:
      bind(scope,
           builder_.intern(
               text_.substr(tree_.nodes[node].range.begin,
                            tree_.nodes[node].range.end - tree_.nodes[node].range.begin)),
           kNameVariable);
      break;
    case NodeKind::pattern_list:
    case NodeKind::tuple_pattern:
    case NodeKind::list_pattern:
    case NodeKind::list_splat_pattern:
    case NodeKind::expression_list:
    case NodeKind::tuple:
    case NodeKind::list:
    case NodeKind::list_splat:
    case NodeKind::parenthesized_expression:
    case NodeKind::as_pattern_target:
      for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
        bind_pattern(scope, at, depth + 1);
      }
      break;
    default: break;
  }
}

void Scopes::bind_parameters(ScopeId scope, NodeId parameters) {
  std::uint32_t index = 0;
  for (NodeId at = tree_.first_child(parameters); at != kNoNode; at = tree_.next(at)) {
    NodeId name = at;
    // typed_parameter wraps the name (or a splat) as its first child; defaults have a name field.
    for (int depth = 0; depth < 4 && name != kNoNode && tree_.kind(name) != NodeKind::identifier;
         ++depth) {
      const NodeId field = tree_.child(name, FieldKind::name);
      name = field != kNoNode ? field : tree_.first_child(name);
      while (name != kNoNode && tree_.kind(name) == NodeKind::token) name = tree_.next(name);
    }
    const NodeKind kind = tree_.kind(at);
    if (kind == NodeKind::keyword_separator || kind == NodeKind::positional_separator ||
        kind == NodeKind::token) {
      continue;
    }
    if (name != kNoNode && tree_.kind(name) == NodeKind::identifier) {
      const ByteRange range = tree_.nodes[name].range;
      bind(scope, builder_.intern(text_.substr(range.begin, range.end - range.begin)), kNameParam,
           index);
    }
    ++index;
  }
}

void Scopes::declare(ScopeId scope, NodeId statement, std::uint8_t flag) {
  for (NodeId at = tree_.first_child(statement); at != kNoNode; at = tree_.next(at)) {
    if (tree_.kind(at) != NodeKind::identifier) continue;
    const ByteRange range = tree_.nodes[at].range;
    auto& info =
        names_[key(scope, builder_.intern(text_.substr(range.begin, range.end - range.begin)))];
    info.flags = static_cast<std::uint8_t>(info.flags | flag);
  }
}

void Scopes::bind_imports(ScopeId scope, NodeId statement) {
  for (NodeId at = tree_.first_child(statement); at != kNoNode; at = tree_.next(at)) {
    if (tree_.nodes[at].field != FieldKind::name) continue;
    NodeId name = at;
    if (tree_.kind(at) == NodeKind::aliased_import) {
      name = tree_.child(at, FieldKind::alias);
    } else {
      // `import a.b` binds a; `from m import n` binds n.
      name = tree_.first_child(at);
      if (name == kNoNode) name = at;
    }
    if (name == kNoNode) continue;
    const ByteRange range = tree_.nodes[name].range;
    bind(scope, builder_.intern(text_.substr(range.begin, range.end - range.begin)), 0);
  }
}

void Scopes::open_function(NodeId node, NodeId parameters, NodeId body) {
  Scope scope;
  scope.kind = ScopeKind::function;
  scope.node = node;
  scope.body = body;
  scope.end = body == kNoNode ? tree_.end(node) : tree_.end(body);
  scope.function = next_function_++;
  scopes_.push_back(scope);
  const auto id = static_cast<ScopeId>(scopes_.size() - 1);
  by_node_.emplace(node, id);
  if (parameters != kNoNode) bind_parameters(id, parameters);
}

void Scopes::scan() {
  Scope module;
  module.node = 0;
  module.body = 0;
  module.end = static_cast<NodeId>(tree_.nodes.size());
  module.function = next_function_++;
  scopes_.push_back(module);
  by_node_.emplace(0, 0);

  // Scopes wait for the first node of their body: decorators, defaults and annotations before it
  // still belong to the scope around them.
  struct Waiting {
    ScopeId scope;
    NodeId start;
  };
  std::vector<ScopeId> open{0};
  std::vector<Waiting> waiting;
  const auto count = static_cast<NodeId>(tree_.nodes.size());
  for (NodeId id = 0; id < count; ++id) {
    while (id >= scopes_[open.back()].end) open.pop_back();
    while (!waiting.empty() && waiting.back().start == id) {
      open.push_back(waiting.back().scope);
      waiting.pop_back();
    }
    const ScopeId scope = open.back();
    const Node& node = tree_.nodes[id];
    switch (node.kind) {
      case NodeKind::identifier: {
        const Sym name =
            builder_.intern(text_.substr(node.range.begin, node.range.end - node.range.begin));
        symbols_[id] = name;
        if (node.field != FieldKind::attribute) uses_.try_emplace(key(scope, name), true);
        break;
      }
      case NodeKind::assignment:
      case NodeKind::augmented_assignment:
      case NodeKind::for_in_clause:
      case NodeKind::for_statement:
        if (const NodeId left = tree_.child(id, FieldKind::left); left != kNoNode) {
          bind_pattern(scope, left);
        }
        break;
      case NodeKind::named_expression:
        if (const NodeId name = tree_.child(id, FieldKind::name); name != kNoNode) {
          bind_pattern(binding_scope(scope), name);
        }
        break;
      case NodeKind::as_pattern:
        if (const NodeId alias = tree_.child(id, FieldKind::alias); alias != kNoNode) {
          bind_pattern(binding_scope(scope), alias);
        }
        break;
      case NodeKind::delete_statement:
        for (NodeId at = tree_.first_child(id); at != kNoNode; at = tree_.next(at)) {
          bind_pattern(scope, at);
        }
        break;
      case NodeKind::global_statement: declare(scope, id, kNameGlobal); break;
      case NodeKind::nonlocal_statement: declare(scope, id, kNameNonlocal); break;
      case NodeKind::import_statement:
      case NodeKind::import_from_statement:
      case NodeKind::future_import_statement: bind_imports(scope, id); break;
      case NodeKind::case_pattern:
      case NodeKind::splat_pattern: {
        // A capture pattern is a lone name without dots.
        NodeId name = tree_.first_child(id);
        if (name == kNoNode) break;
        if (tree_.kind(name) == NodeKind::dotted_name &&
            tree_.next(tree_.first_child(name)) == kNoNode) {
          name = tree_.first_child(name);
        }
        if (tree_.kind(name) == NodeKind::identifier) bind_pattern(scope, name);
        break;
      }
      case NodeKind::yield:
        for (std::size_t i = open.size(); i-- > 0;) {
          Scope& owner = scopes_[open[i]];
          if (owner.kind == ScopeKind::comprehension) continue;
          owner.generator = true;
          break;
        }
        break;
      case NodeKind::function_definition:
      case NodeKind::lambda: {
        const NodeId body = tree_.child(id, FieldKind::body);
        const auto created = static_cast<ScopeId>(scopes_.size());
        if (node.kind == NodeKind::function_definition) {
          if (const NodeId name = tree_.child(id, FieldKind::name); name != kNoNode) {
            const ByteRange range = tree_.nodes[name].range;
            bind(scope, builder_.intern(text_.substr(range.begin, range.end - range.begin)),
                 kNameDefinition, created);
          }
        }
        open_function(id, tree_.child(id, FieldKind::parameters), body);
        scopes_[created].parent = scope;
        if (body != kNoNode) waiting.push_back({created, body});
        break;
      }
      case NodeKind::class_definition: {
        const NodeId body = tree_.child(id, FieldKind::body);
        const auto created = static_cast<ScopeId>(scopes_.size());
        if (const NodeId name = tree_.child(id, FieldKind::name); name != kNoNode) {
          const ByteRange range = tree_.nodes[name].range;
          bind(scope, builder_.intern(text_.substr(range.begin, range.end - range.begin)),
               kNameDefinition, created);
        }
        Scope klass;
        klass.kind = ScopeKind::klass;
        klass.parent = scope;
        klass.node = id;
        klass.body = body;
        klass.end = body == kNoNode ? tree_.end(id) : tree_.end(body);
        klass.function = next_function_++;
        klass.klass = next_class_++;
        scopes_.push_back(klass);
        by_node_.emplace(id, created);
        if (body != kNoNode) waiting.push_back({created, body});
        break;
      }
      case NodeKind::list_comprehension:
      case NodeKind::set_comprehension:
      case NodeKind::dictionary_comprehension:
      case NodeKind::generator_expression: {
        Scope comprehension;
        comprehension.kind = ScopeKind::comprehension;
        comprehension.parent = scope;
        comprehension.node = id;
        comprehension.body = id;
        comprehension.end = tree_.end(id);
        const auto created = static_cast<ScopeId>(scopes_.size());
        scopes_.push_back(comprehension);
        by_node_.emplace(id, created);
        open.push_back(created);
        break;
      }
      default: break;
    }
  }
}

Resolution Scopes::resolve(ScopeId scope, Sym name) const {
  Resolution out;
  bool crossed = false;  // left the function in which the name is used
  for (ScopeId at = scope; at != kNone; at = scopes_[at].parent) {
    const Scope& here = scopes_[at];
    if (here.kind == ScopeKind::module) break;
    if (here.kind == ScopeKind::klass && at != scope && crossed) continue;
    const auto found = names_.find(key(at, name));
    if (found != names_.end()) {
      const NameInfo& info = found->second;
      if ((info.flags & kNameGlobal) != 0) return out;
      if ((info.flags & kNameBound) != 0) {
        out.kind = crossed ? Resolution::Kind::enclosing : Resolution::Kind::local;
        out.scope = at;
        out.info = info;
        return out;
      }
    }
    if (here.kind != ScopeKind::comprehension) crossed = true;
  }
  return out;
}

void Scopes::resolve_captures() {
  for (const auto& [use, unused] : uses_) {
    (void)unused;
    const auto scope = static_cast<ScopeId>(use >> 32);
    const auto name = static_cast<Sym>(use & 0xFFFFFFFFu);
    const Resolution found = resolve(scope, name);
    if (found.kind != Resolution::Kind::enclosing) continue;
    auto& info = names_[key(found.scope, name)];
    info.flags = static_cast<std::uint8_t>(info.flags | kNameCaptured);
    const auto own = names_.find(key(scope, name));
    if (own != names_.end() && (own->second.flags & kNameNonlocal) != 0) {
      info.flags = static_cast<std::uint8_t>(info.flags | kNameRebound | kNameVariable);
    }
  }
}

}  // namespace gilcheck::analyzer
