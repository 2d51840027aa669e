#include "clang_plugin/frontend/cursor_tree.h"

#include <algorithm>

namespace gilcheck::clang_plugin {

namespace {

bool same(const CXCursor& a, const CXCursor& b) {
  return a.kind == b.kind && a.data[0] == b.data[0] && a.data[1] == b.data[1];
}

}  // namespace

bool is_expression(CXCursorKind kind) {
  return kind >= CXCursor_FirstExpr && kind <= CXCursor_LastExpr;
}
bool is_statement(CXCursorKind kind) {
  return kind >= CXCursor_FirstStmt && kind <= CXCursor_LastStmt;
}

struct CursorTree::Visit {
  CursorTree& tree;
  bool c_language;

  CXChildVisitResult add(const CXCursor& cursor, const CXCursor& parent) {
    auto& open = tree.open_;
    const auto is_parent = [&](std::uint32_t node) {
      return same(tree.nodes_[node].cursor, parent);
    };
    if (const auto found = std::find_if(open.rbegin(), open.rend(), is_parent);
        found != open.rend()) {
      open.erase(found.base(), open.end());
    } else {
      // Of a parent that libclang passes over (the conversion of what a lambda captures): a part of
      // the innermost that has parts.
      while (open.size() > 1 && !has_parts(tree.nodes_[open.back()].cursor)) open.pop_back();
    }
    const std::uint32_t above = open.back();
    open.push_back(static_cast<std::uint32_t>(tree.nodes_.size()));
    Node& made = tree.nodes_.emplace_back();
    made.cursor = cursor;
    made.parent = above;
    return has_parts(cursor) ? CXChildVisit_Recurse : CXChildVisit_Continue;
  }

  /// Looking for the parts of what has none costs about what a node costs.
  bool has_parts(const CXCursor& cursor) const {
    switch (cursor.kind) {
      case CXCursor_IntegerLiteral:
      case CXCursor_FloatingLiteral:
      case CXCursor_CharacterLiteral:
      case CXCursor_StringLiteral:
      case CXCursor_TypeRef:
      case CXCursor_MemberRef:
      case CXCursor_VariableRef:
      case CXCursor_LabelRef: return false;
      case CXCursor_DeclRefExpr: return !c_language;  // names of namespaces, template arguments
      case CXCursor_VarDecl:
        return !c_language || tree.lib_.Cursor_getStorageClass(cursor) != CX_SC_Static;
      default: return true;
    }
  }
};

Node& CursorTree::visit(CXCursor root, bool c_language) {
  others_.clear();
  nodes_.clear();
  nodes_.emplace_back().cursor = root;
  open_ = {0};
  Visit visit{*this, c_language};
  lib_.visitChildren(
      root,
      [](CXCursor child, CXCursor parent, CXClientData data) {
        return static_cast<Visit*>(data)->add(child, parent);
      },
      &visit);
  connect();
  return nodes_.front();
}

void CursorTree::connect() {
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    Node& above = nodes_[nodes_[i].parent];
    ++above.children.count_;
    if (is_expression(nodes_[i].kind())) ++above.operands.count_;
  }
  // All lists in one array: of each node its children, then its operands if these are fewer.
  std::size_t size = 0;
  for (const Node& node : nodes_) {
    const bool all = node.operands.count_ == node.children.count_;
    size += node.children.count_ + (all ? 0 : node.operands.count_);
  }
  lists_.resize(size);
  Node** next = lists_.data();
  for (Node& node : nodes_) {
    const bool all = node.operands.count_ == node.children.count_;
    node.children.first_ = node.operands.first_ = next;
    next += node.children.count_;
    if (!all) {
      node.operands.first_ = next;
      next += node.operands.count_;
    }
    node.children.count_ = node.operands.count_ = 0;
  }
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    Node& node = nodes_[i];
    Node& above = nodes_[node.parent];
    above.children.append(node);
    if (is_expression(node.kind())) above.operands.append(node);
  }
}

Node& CursorTree::find(const NodeList& among, CXCursor cursor) {
  for (Node& node : among) {
    if (same(node.cursor, cursor)) return node;
  }
  return others_.emplace_back(std::make_unique<CursorTree>(lib_))->visit(cursor, false);
}

}  // namespace gilcheck::clang_plugin
