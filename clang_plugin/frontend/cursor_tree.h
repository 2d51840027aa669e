#pragma once
// The cursors of one function as a tree of our own, made in a single visit: asking libclang for the
// children of each node in turn costs several times more than the nodes do.
//
// A tree is used by one thread, while the translation unit lives. Nodes stay where they are until
// the next `visit`.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "clang_plugin/libclang.h"
#include "clang_plugin/unit.h"

namespace gilcheck::clang_plugin {

struct Node;

/// Some children of a node, in order.
class NodeList {
 public:
  class Iterator {
   public:
    explicit Iterator(Node* const* at) : at_(at) {}
    Node& operator*() const { return **at_; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    Node* const* at_;
  };

  NodeList() = default;
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(first_ + count_); }
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  Node& operator[](std::size_t i) const { return *first_[i]; }
  Node& front() const { return *first_[0]; }
  Node& back() const { return *first_[count_ - 1]; }

 private:
  friend class CursorTree;
  void append(Node& node) { first_[count_++] = &node; }

  Node** first_ = nullptr;
  std::uint32_t count_ = 0;
};

struct Node {
  CXCursor cursor;
  NodeList children;
  NodeList operands;         ///< those that are expressions
  std::uint32_t parent = 0;  ///< while the tree is made

  /// What UnitBuilder found out about it so far.
  enum class Extent : std::uint8_t { unknown, written, other };
  Extent extent = Extent::unknown;
  bool placed = false;
  unsigned location = 0;  ///< numbers of source locations, if `written`: the one libclang tells,
  unsigned begin = 0;     ///< the first character,
  unsigned end = 0;       ///< and that after the last
  Sym macro = 0;
  Pos pos;

  CXCursorKind kind() const { return cursor.kind; }
  operator CXCursor() const { return cursor; }  // NOLINT(google-explicit-constructor): it is one
};

bool is_expression(CXCursorKind kind);
bool is_statement(CXCursorKind kind);

class CursorTree {
 public:
  explicit CursorTree(const LibClang& lib) : lib_(lib) {}

  /// Replaces what was there. In C initialisers of `static` variables, which are constant and can
  /// be long, are left out.
  Node& visit(CXCursor root, bool c_language);
  /// The node of a cursor that is among these, or else a tree of its own.
  Node& find(const NodeList& among, CXCursor cursor);

 private:
  struct Visit;
  void connect();

  const LibClang& lib_;
  std::vector<Node> nodes_;
  std::vector<Node*> lists_;
  std::vector<std::uint32_t> open_;  // while visiting: from the root to the last node
  std::vector<std::unique_ptr<CursorTree>> others_;
};

}  // namespace gilcheck::clang_plugin
