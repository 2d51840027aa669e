// The names that `__all__` lists: what `from module import *` takes.

#include <algorithm>
#include <string_view>

#include "analyzer/extract/extractor.h"

namespace gilcheck::analyzer {

void Extractor::exports() {
  if (!scopes_.module_binds(names_.all)) return;
  // Every statement on `__all__` adds to one list, whatever branch it is in: a name that is listed
  // on one platform only may be exported.
  NodeId functions_end = 0;
  for (NodeId at = 1; at < tree_.nodes.size(); ++at) {
    switch (kind(at)) {
      case NodeKind::class_definition: at = tree_.end(at) - 1; break;
      case NodeKind::function_definition:
      case NodeKind::lambda: functions_end = std::max(functions_end, tree_.end(at)); break;
      case NodeKind::assignment:
      case NodeKind::augmented_assignment:
        // In a function only a name declared global would be the module's.
        if (at >= functions_end) export_assignment(at);
        break;
      case NodeKind::call: export_call(at); break;
      default: break;
    }
  }
  for (const Import& import : out_.imports) {
    if (import.bound == names_.all && import.function == 0) exports_unknown();
  }
}

void Extractor::exports_unknown() {
  out_.export_list = ExportList::partial;
}

bool Extractor::is_export_list(NodeId node) const {
  return node != kNoNode && kind(node) == NodeKind::identifier && symbol(node) == names_.all;
}

void Extractor::export_assignment(NodeId node) {
  const NodeId left = tree_.child(node, FieldKind::left);
  NodeId right = tree_.child(node, FieldKind::right);
  if (left == kNoNode || right == kNoNode) return;
  if (kind(left) == NodeKind::subscript && is_export_list(tree_.child(left, FieldKind::value))) {
    exports_unknown();
    return;
  }
  if (!is_export_list(left)) return;
  // a = b = [...]
  while (right != kNoNode && kind(right) == NodeKind::assignment) {
    right = tree_.child(right, FieldKind::right);
  }
  if (out_.export_list == ExportList::none) out_.export_list = ExportList::complete;
  export_names(right);
}

void Extractor::export_call(NodeId node) {
  const NodeId callee = tree_.child(node, FieldKind::function);
  if (callee == kNoNode || kind(callee) != NodeKind::attribute ||
      !is_export_list(tree_.child(callee, FieldKind::object))) {
    return;
  }
  const NodeId name = tree_.child(callee, FieldKind::attribute);
  const std::string_view method = name == kNoNode ? std::string_view() : text_of(name);
  if (method == "append") {
    export_name(only_argument(node));
  } else if (method == "extend") {
    export_names(only_argument(node));
  } else if (method != "sort" && method != "remove" && method != "index" && method != "count" &&
             method != "copy") {
    exports_unknown();
  }
}

NodeId Extractor::only_argument(NodeId call) const {
  const NodeId list = tree_.child(call, FieldKind::arguments);
  if (list == kNoNode || kind(list) != NodeKind::argument_list) return list;
  NodeId only = kNoNode;
  for (NodeId at = tree_.first_child(list); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) == NodeKind::token) continue;
    if (only != kNoNode) return kNoNode;
    only = at;
  }
  return only;
}

void Extractor::export_name(NodeId node) {
  if (node != kNoNode) node = unwrap(node);
  // An interpolated string has children, of a plain one only the text is kept.
  if (node != kNoNode && kind(node) == NodeKind::string && tree_.first_child(node) == kNoNode) {
    out_.exports.push_back(literal_text(node));
  } else {
    exports_unknown();
  }
}

void Extractor::export_names(NodeId node) {
  const Deeper deeper(depth_);
  if (node == kNoNode || deeper.too_deep()) {
    exports_unknown();
    return;
  }
  node = unwrap(node);
  // [...] + [...] + ... leans to the left.
  while (kind(node) == NodeKind::binary_operator) {
    const NodeId left = tree_.child(node, FieldKind::left);
    const NodeId right = tree_.child(node, FieldKind::right);
    const NodeId op = tree_.child(node, FieldKind::operator_);
    if (left == kNoNode || right == kNoNode || op == kNoNode || text_of(op) != "+") break;
    export_names(right);
    node = unwrap(left);
  }
  switch (kind(node)) {
    case NodeKind::list:
    case NodeKind::tuple:
    case NodeKind::set:
    case NodeKind::expression_list:
      for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
        if (kind(at) == NodeKind::token) continue;
        if (kind(at) == NodeKind::list_splat) {
          NodeId inner = tree_.first_child(at);
          while (inner != kNoNode && kind(inner) == NodeKind::token) inner = tree_.next(inner);
          export_names(inner);
        } else {
          export_name(at);
        }
      }
      break;
    case NodeKind::call: {
      // list((...)), tuple([...]), sorted([...])
      const NodeId callee = tree_.child(node, FieldKind::function);
      const std::string_view name = callee != kNoNode && kind(callee) == NodeKind::identifier
                                        ? text_of(callee)
                                        : std::string_view();
      if (name == "list" || name == "tuple" || name == "sorted" || name == "set") {
        export_names(only_argument(node));
      } else {
        exports_unknown();
      }
      break;
    }
    default:
      if (!is_export_list(node)) exports_unknown();
      break;
  }
}

}  // namespace gilcheck::analyzer
