#pragma once
// Which scope a name belongs to: one pass over the tree before bodies are read, as the compiler's
// own symbol table does (CPython: Python/symtable.c).

#include <tsl/robin_map.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/extract/summary_builder.h"
#include "analyzer/parse/syntax_tree.h"

namespace gilcheck::analyzer {

using ScopeId = std::uint32_t;

enum class ScopeKind : std::uint8_t { module, function, klass, comprehension };

struct Scope {
  ScopeKind kind = ScopeKind::module;
  ScopeId parent = kNone;
  NodeId node = kNoNode;  ///< function_definition, lambda, class_definition, comprehension
  NodeId body = kNoNode;
  NodeId end = kNoNode;     ///< one past the last node of the body
  FuncId function = kNone;  ///< module, function and klass scopes are extracted as functions
  ClassId klass = kNone;
  std::uint32_t slots = 0;  ///< number of names bound here
  bool generator = false;
};

enum NameFlag : std::uint8_t {
  kNameBound = 1,
  kNameParam = 2,
  kNameGlobal = 4,  ///< declared `global` here
  kNameNonlocal = 8,
  kNameCaptured = 16,    ///< used by a nested function
  kNameRebound = 32,     ///< bound more than once, or by a nested function
  kNameDefinition = 64,  ///< bound (once) by def or class
  kNameVariable = 128,   ///< bound by anything other than def, class or import
};
struct NameInfo {
  std::uint8_t flags = 0;
  std::uint32_t slot = 0;    ///< index among the names bound in the scope
  std::uint32_t detail = 0;  ///< parameter index, or ScopeId of the definition
};

/// Where a name used in some scope lives.
struct Resolution {
  enum class Kind : std::uint8_t { local, enclosing, global } kind = Kind::global;
  ScopeId scope = 0;  ///< for local and enclosing: the binding scope
  NameInfo info;
};

class Scopes {
 public:
  Scopes(const SyntaxTree& tree, std::string_view text, SummaryBuilder& builder);

  const std::vector<Scope>& all() const { return scopes_; }
  /// Scope whose node is `node`, or kNone.
  ScopeId of_node(NodeId node) const;
  /// Symbol of an identifier node.
  Sym symbol(NodeId node) const { return symbols_[node]; }
  const NameInfo* find(ScopeId scope, Sym name) const;
  Resolution resolve(ScopeId scope, Sym name) const;
  /// True if the module binds the name anywhere (so it is no builtin).
  bool module_binds(Sym name) const { return find(0, name) != nullptr; }

 private:
  void scan();
  void open_function(NodeId node, NodeId parameters, NodeId body);
  void bind(ScopeId scope, Sym name, std::uint8_t flags, std::uint32_t detail = 0);
  void bind_pattern(ScopeId scope, NodeId node, std::uint32_t depth = 0);
  void bind_parameters(ScopeId scope, NodeId parameters);
  void declare(ScopeId scope, NodeId statement, std::uint8_t flag);
  void bind_imports(ScopeId scope, NodeId statement);
  void resolve_captures();
  ScopeId binding_scope(ScopeId scope) const;
  static std::uint64_t key(ScopeId scope, Sym name) {
    return (static_cast<std::uint64_t>(scope) << 32) | name;
  }

  const SyntaxTree& tree_;
  std::string_view text_;
  SummaryBuilder& builder_;
  std::vector<Scope> scopes_;
  std::vector<Sym> symbols_;  // by node; 0 for anything but identifiers
  struct Mix {
    std::size_t operator()(std::uint64_t value) const {
      value *= 0x9E3779B97F4A7C15ull;
      return static_cast<std::size_t>(value ^ (value >> 32));
    }
  };
  tsl::robin_map<std::uint64_t, NameInfo, Mix> names_;
  tsl::robin_map<std::uint64_t, bool, Mix> uses_;
  tsl::robin_map<NodeId, ScopeId> by_node_;
  FuncId next_function_ = 0;
  ClassId next_class_ = 0;
};

}  // namespace gilcheck::analyzer
