#include <gtest/gtest.h>
#include <tree_sitter/api.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyzer/parse/parser_memory.h"
#include "analyzer/parse/syntax_tree.h"

extern "C" const TSLanguage* tree_sitter_python(void);

namespace gilcheck::analyzer {
namespace {

std::string described(std::size_t depth, std::string_view field, std::string_view kind,
                      std::uint32_t begin, std::uint32_t end) {
  return std::string(depth, ' ') + std::string(field) + ":" + std::string(kind) + " " +
         std::to_string(begin) + "-" + std::to_string(end);
}

/// Nodes of the kinds that the analysis knows, in preorder, as our tree has them.
std::vector<std::string> copied(std::string_view text) {
  SyntaxTree tree;
  parse_as_written(text, tree);
  std::vector<std::string> out;
  std::vector<NodeId> ends;
  for (NodeId id = 0; id < tree.nodes.size(); ++id) {
    const Node& node = tree.nodes[id];
    while (!ends.empty() && id >= ends.back()) ends.pop_back();
    if (node.kind > NodeKind::token) {
      out.push_back(described(ends.size(), to_string(node.field), to_string(node.kind),
                              node.range.begin, node.range.end));
    }
    ends.push_back(node.end);
  }
  return out;
}

/// The same through tree-sitter's own cursor.
std::vector<std::string> walked(std::string_view text) {
  std::unordered_set<std::string_view> kinds;
  for (auto kind = static_cast<std::size_t>(NodeKind::token) + 1;
       kind <= static_cast<std::size_t>(NodeKind::error); ++kind) {
    kinds.insert(to_string(static_cast<NodeKind>(kind)));
  }
  std::unordered_set<std::string_view> fields;
  for (std::size_t field = 1; field <= static_cast<std::size_t>(FieldKind::value); ++field) {
    fields.insert(to_string(static_cast<FieldKind>(field)));
  }
  const ParserMemory memory;
  TSParser* parser = ts_parser_new();
  ts_parser_set_language(parser, tree_sitter_python());
  TSTree* tree =
      ts_parser_parse_string(parser, nullptr, text.data(), static_cast<std::uint32_t>(text.size()));
  TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
  std::vector<std::string> out;
  std::size_t depth = 0;
  for (bool more = true; more;) {
    const TSNode node = ts_tree_cursor_current_node(&cursor);
    const char* field = ts_tree_cursor_current_field_name(&cursor);
    if (ts_node_is_named(node) && kinds.contains(ts_node_type(node))) {
      out.push_back(described(depth, field != nullptr && fields.contains(field) ? field : "",
                              ts_node_type(node), ts_node_start_byte(node),
                              ts_node_end_byte(node)));
    }
    if (ts_tree_cursor_goto_first_child(&cursor)) {
      ++depth;
      continue;
    }
    while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
      more = ts_tree_cursor_goto_parent(&cursor);
      if (!more) break;
      --depth;
    }
  }
  ts_tree_cursor_delete(&cursor);
  ts_tree_delete(tree);
  ts_parser_delete(parser);
  return out;
}

std::vector<std::string> programs() {
  std::vector<std::string> out;
  const auto corpus = std::filesystem::path(GILCHECK_SOURCE_DIR) / "corpus" / "python";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus)) {
    if (entry.path().extension() != ".py") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return out;
}

TEST(SyntaxTree, HasTheNodesThatTheCursorShows) {
  for (const std::string_view text :
       {"", "x", "# only a comment\n", "f(a, *b, c=1, **d)  # why\n",
        "match p:\n  case A(x=1, y=[*_]) | {'k': v} if v: pass\n  case _: pass\n",
        "async def f[T](a: int = 1, *, b, **c) -> list[T]:\n  '''doc'''\n  yield await g()\n",
        "@d\nclass A(B, metaclass=C):\n  x: int\n  y = lambda q, *r: (q, *r)\n",
        "s = f'{x!r:>{width}} {y=}' 'plain' b'bytes' t'{z}'\n", "print >>f, x\nexec 'x'\n",
        "with (open(a) as b, c): pass\n", "try: pass\nexcept* E as e: pass\nelse: pass\n",
        "[x async for x in y if x], {k: v for k, v in z}\n",
        "a = b = c[1:2, ...] or not d is None\n",
        "from . import (a as b, c)\nfrom ..x import *\nimport a.b.c as d\n",
        "type A = int | str\n"}) {
    EXPECT_EQ(copied(text), walked(text)) << text;
  }
}

TEST(SyntaxTree, HasTheNodesThatTheCursorShowsInWholeProgramsAndTornOnes) {
  const std::vector<std::string> all = programs();
  ASSERT_FALSE(all.empty());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string& text = all[i];
    ASSERT_EQ(copied(text), walked(text)) << text;
    // Cut off, and with a hole: error nodes and missing tokens.
    const std::string cut = text.substr(0, text.size() * (i % 97) / 97);
    ASSERT_EQ(copied(cut), walked(cut)) << cut;
    std::string torn = text;
    torn.erase(text.size() * (i % 89) / 89, 20);
    ASSERT_EQ(copied(torn), walked(torn)) << torn;
  }
}

TEST(SyntaxTree, SaysWhereTheOutermostErrorsAre) {
  SyntaxTree tree;
  parse("x = (1,\ndef f(:\n  pass\n", tree);
  EXPECT_FALSE(tree.syntax_errors.empty());
  for (std::size_t i = 1; i < tree.syntax_errors.size(); ++i) {
    EXPECT_LE(tree.syntax_errors[i - 1].end, tree.syntax_errors[i].begin);
  }
  parse("x = 1\n", tree);
  EXPECT_TRUE(tree.syntax_errors.empty());
}

}  // namespace
}  // namespace gilcheck::analyzer
