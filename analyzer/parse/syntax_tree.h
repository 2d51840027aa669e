#pragma once
// Phase `parse`: source text to a flat syntax tree. tree-sitter does the parsing; its tree is
// copied once, in one walk, into vectors that the next phase reads several times at no cost.
// Only what the analysis reads is kept: punctuation and the inside of plain strings are dropped.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/position.h"

namespace gilcheck::analyzer {

// Node kinds of the grammar that the analysis knows; anything else is `other`.
// clang-format off: a list, laid out by hand (the formatter does not settle on it)
#define GILCHECK_NODE_KINDS(X)                                                                     \
  X(module)                                                                                        \
  X(expression_statement) X(assignment) X(augmented_assignment) X(named_expression) X(call) X(     \
      attribute) X(subscript) X(slice) X(identifier) X(integer) X(float_, "float") X(string)       \
      X(concatenated_string) X(interpolation) X(format_expression) X(true_, "true") X(             \
          false_, "false") X(none) X(ellipsis) X(list) X(tuple) X(set) X(dictionary) X(pair)       \
          X(dictionary_splat) X(list_splat) X(list_comprehension) X(dictionary_comprehension) X(   \
              set_comprehension) X(generator_expression) X(for_in_clause) X(if_clause) X(lambda)   \
              X(lambda_parameters) X(parameters) X(default_parameter) X(typed_parameter) X(        \
                  typed_default_parameter) X(list_splat_pattern) X(dictionary_splat_pattern)       \
                  X(keyword_separator) X(positional_separator) X(conditional_expression) X(        \
                      boolean_operator) X(not_operator) X(comparison_operator) X(binary_operator)  \
                      X(unary_operator) X(await) X(yield) X(parenthesized_expression) X(           \
                          expression_list) X(pattern_list) X(tuple_pattern) X(list_pattern)        \
                          X(argument_list) X(keyword_argument) X(if_statement) X(elif_clause) X(   \
                              else_clause) X(while_statement) X(for_statement) X(try_statement)    \
                              X(except_clause) X(finally_clause) X(with_statement) X(              \
                                  with_clause) X(with_item) X(as_pattern) X(as_pattern_target)     \
                                  X(function_definition) X(class_definition) X(                    \
                                      decorated_definition) X(decorator) X(return_statement)       \
                                      X(raise_statement) X(assert_statement) X(                    \
                                          delete_statement) X(pass_statement) X(break_statement)   \
                                          X(continue_statement) X(global_statement) X(             \
                                              nonlocal_statement) X(import_statement)              \
                                              X(import_from_statement) X(future_import_statement)  \
                                                  X(aliased_import) X(dotted_name) X(              \
                                                      relative_import) X(import_prefix)            \
                                                      X(wildcard_import) X(match_statement) X(     \
                                                          case_clause) X(case_pattern)             \
                                                          X(class_pattern) X(keyword_pattern) X(   \
                                                              splat_pattern) X(dict_pattern)       \
                                                              X(union_pattern) X(type) X(          \
                                                                  generic_type) X(union_type)      \
                                                                  X(member_type) X(type_parameter) \
                                                                      X(block) X(                  \
                                                                          type_alias_statement)    \
                                                                          X(print_statement)       \
                                                                              X(exec_statement) X( \
                                                                                  error, "ERROR")
// clang-format on

enum class NodeKind : std::uint8_t {
  other,
  token,  ///< an anonymous token that matters: an operator, `async`, `_`
#define X_KIND(name, ...) name,
  GILCHECK_NODE_KINDS(X_KIND)
#undef X_KIND
};

enum class FieldKind : std::uint8_t {
  none,
  alias,
  alternative,
  argument,
  arguments,
  attribute,
  body,
  cause,
  condition,
  consequence,
  definition,
  expression,
  function,
  guard,
  key,
  left,
  module_name,
  name,
  object,
  operator_,
  operators,
  parameters,
  return_type,
  right,
  subject,
  subscript,
  superclasses,
  type,
  value,
};

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xFFFFFFFFu;

struct Node {
  NodeKind kind = NodeKind::other;
  FieldKind field = FieldKind::none;
  bool missing = false;   ///< inserted by error recovery; no text
  bool has_next = false;  ///< a sibling follows, at `end`
  NodeId end = 0;         ///< one past the last node of the subtree
  ByteRange range;
};

/// Preorder vector of nodes; nodes[0] is the module. Reused from file to file by one thread.
struct SyntaxTree {
  std::vector<Node> nodes;
  std::vector<ByteRange> comments;  ///< in order
  /// Outermost error nodes, missing tokens and statements left out, in order.
  std::vector<ByteRange> syntax_errors;

  NodeId first_child(NodeId node) const { return nodes[node].end > node + 1 ? node + 1 : kNoNode; }
  NodeId next(NodeId node) const { return nodes[node].has_next ? nodes[node].end : kNoNode; }
  NodeKind kind(NodeId node) const { return nodes[node].kind; }
  /// First child with this field, or kNoNode.
  NodeId child(NodeId node, FieldKind field) const {
    for (NodeId at = first_child(node); at != kNoNode; at = next(at)) {
      if (nodes[at].field == field) return at;
    }
    return kNoNode;
  }
  /// End of the subtree: index one past its last descendant.
  NodeId end(NodeId node) const { return nodes[node].end; }
};

/// Parses UTF-8 text into `out` (cleared first). May be called concurrently with different trees.
/// Never fails: what does not parse shows in `syntax_errors`. Statements with a bracket that nobody
/// closes are left out (`unclosed_brackets.h`) where that saves more than it loses: the tree has a
/// `pass` or a `0` in their place.
void parse(std::string_view text, SyntaxTree& out);

/// The same with nothing left out: what tree-sitter makes of the text as it stands.
void parse_as_written(std::string_view text, SyntaxTree& out);

std::string_view to_string(NodeKind kind);
std::string_view to_string(FieldKind field);

}  // namespace gilcheck::analyzer
