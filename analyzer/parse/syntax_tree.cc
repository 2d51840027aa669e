#include "analyzer/parse/syntax_tree.h"

#include <tree_sitter/api.h>

#include <array>
#include <memory>
#include <string>
#include <unordered_map>

extern "C" const TSLanguage* tree_sitter_python(void);

namespace gilcheck::analyzer {

namespace {

constexpr std::string_view first_of(std::string_view name) { return name; }
constexpr std::string_view first_of(std::string_view, std::string_view grammar_name) {
  return grammar_name;
}

constexpr std::array kKindNames = {
    std::string_view("other"), std::string_view("token"),
#define X_NAME(name, ...) first_of(#name __VA_OPT__(, ) __VA_ARGS__),
    GILCHECK_NODE_KINDS(X_NAME)
#undef X_NAME
};

constexpr std::array kFieldNames = {
    std::string_view(""),           std::string_view("alias"),      std::string_view("alternative"),
    std::string_view("argument"),   std::string_view("arguments"),  std::string_view("attribute"),
    std::string_view("body"),       std::string_view("cause"),      std::string_view("condition"),
    std::string_view("consequence"), std::string_view("definition"), std::string_view("expression"),
    std::string_view("function"),   std::string_view("guard"),      std::string_view("key"),
    std::string_view("left"),       std::string_view("module_name"), std::string_view("name"),
    std::string_view("object"),     std::string_view("operator"),   std::string_view("operators"),
    std::string_view("parameters"), std::string_view("return_type"), std::string_view("right"),
    std::string_view("subject"),    std::string_view("subscript"),  std::string_view("superclasses"),
    std::string_view("type"),       std::string_view("value"),
};

/// What to do with a grammar symbol.
enum class Treatment : std::uint8_t { keep, drop, comment, leaf };

struct GrammarMap {
  std::vector<NodeKind> kinds;
  std::vector<Treatment> treatments;
  std::vector<FieldKind> fields;

  GrammarMap() {
    const TSLanguage* language = tree_sitter_python();
    std::unordered_map<std::string_view, NodeKind> by_name;
    for (std::size_t i = 2; i < kKindNames.size(); ++i) {
      by_name.emplace(kKindNames[i], static_cast<NodeKind>(i));
    }
    const std::uint32_t count = ts_language_symbol_count(language);
    kinds.resize(count, NodeKind::other);
    treatments.resize(count, Treatment::keep);
    for (std::uint32_t symbol = 0; symbol < count; ++symbol) {
      const auto id = static_cast<TSSymbol>(symbol);
      const std::string_view name = ts_language_symbol_name(language, id);
      const bool named = ts_language_symbol_type(language, id) == TSSymbolTypeRegular;
      if (!named) {
        // Tokens that carry meaning: operators, `async`, the wildcard pattern, `*` of except*.
        kinds[symbol] = NodeKind::token;
        static constexpr std::string_view kDropped = "()[]{},:;.";
        const bool punctuation = name.size() == 1 && kDropped.find(name[0]) != name.npos;
        const bool keyword = name.size() > 1 && name[0] >= 'a' && name[0] <= 'z';
        const bool meaningful = name == "async" || name == "in" || name == "is" ||
                                name == "not" || name == "not in" || name == "is not" ||
                                name == "and" || name == "or" || name == "from";
        if (punctuation || (keyword && !meaningful) || name == "->" || name == "=") {
          treatments[symbol] = Treatment::drop;
        }
        continue;
      }
      if (const auto found = by_name.find(name); found != by_name.end()) {
        kinds[symbol] = found->second;
      } else if (name == "comment") {
        treatments[symbol] = Treatment::comment;
      } else if (name == "string_start" || name == "string_end" || name == "line_continuation" ||
                 name == "escape_sequence" || name == "type_conversion" ||
                 name == "escape_interpolation") {
        treatments[symbol] = Treatment::drop;
      } else if (name == "string_content") {
        treatments[symbol] = Treatment::drop;
      }
    }
    std::unordered_map<std::string_view, FieldKind> fields_by_name;
    for (std::size_t i = 1; i < kFieldNames.size(); ++i) {
      fields_by_name.emplace(kFieldNames[i], static_cast<FieldKind>(i));
    }
    const std::uint32_t field_count = ts_language_field_count(language);
    fields.resize(field_count + 1, FieldKind::none);
    for (std::uint32_t field = 1; field <= field_count; ++field) {
      const auto id = static_cast<TSFieldId>(field);
      const auto found = fields_by_name.find(ts_language_field_name_for_id(language, id));
      if (found != fields_by_name.end()) fields[field] = found->second;
    }
  }
};

const GrammarMap& grammar_map() {
  static const GrammarMap map;
  return map;
}

struct ParserDeleter {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

TSParser* thread_parser() {
  thread_local std::unique_ptr<TSParser, ParserDeleter> parser;
  if (!parser) {
    parser.reset(ts_parser_new());
    ts_parser_set_language(parser.get(), tree_sitter_python());
  }
  return parser.get();
}

class Copier {
 public:
  Copier(TSTree* tree, SyntaxTree& out)
      : out_(out), map_(grammar_map()), cursor_(ts_tree_cursor_new(ts_tree_root_node(tree))) {}
  ~Copier() { ts_tree_cursor_delete(&cursor_); }
  Copier(const Copier&) = delete;
  Copier& operator=(const Copier&) = delete;

  void run() {
    // `parents` holds the open nodes and the last kept child of each, to link siblings.
    std::vector<Open> open;
    bool in_error = false;
    std::size_t error_depth = 0;
    std::size_t depth = 0;
    for (;;) {
      const TSNode node = ts_tree_cursor_current_node(&cursor_);
      const TSSymbol symbol = ts_node_symbol(node);
      const bool is_error = ts_node_is_error(node);
      Treatment treatment = Treatment::keep;
      NodeKind kind = NodeKind::error;
      if (!is_error) {
        treatment = map_.treatments[symbol];
        kind = map_.kinds[symbol];
      }
      const ByteRange range{ts_node_start_byte(node), ts_node_end_byte(node)};
      const bool missing = !is_error && range.begin == range.end && ts_node_is_missing(node);
      if ((is_error || missing) && !in_error) {
        out_.syntax_errors.push_back(range);
        if (is_error) {
          in_error = true;
          error_depth = depth;
        }
      }
      bool descend = false;
      if (treatment == Treatment::comment) {
        out_.comments.push_back(range);
      } else if (treatment == Treatment::keep) {
        const auto id = static_cast<NodeId>(out_.nodes.size());
        Node copy;
        copy.kind = kind;
        copy.missing = missing;
        copy.range = range;
        if (!open.empty()) {
          if (const TSFieldId field = ts_tree_cursor_current_field_id(&cursor_); field != 0) {
            copy.field = map_.fields[field];
          }
          Open& parent = open.back();
          if (parent.last_child == kNoNode) {
            out_.nodes[parent.node].has_children = true;
          } else {
            out_.nodes[parent.last_child].next = id;
          }
          parent.last_child = id;
        }
        out_.nodes.push_back(copy);
        descend = ts_tree_cursor_goto_first_child(&cursor_);
        if (descend) open.push_back({id, kNoNode});
      }
      if (descend) {
        ++depth;
        continue;
      }
      if (in_error && depth == error_depth) in_error = false;
      while (!ts_tree_cursor_goto_next_sibling(&cursor_)) {
        if (!ts_tree_cursor_goto_parent(&cursor_)) return;
        open.pop_back();
        --depth;
        if (in_error && depth == error_depth) in_error = false;
      }
    }
  }

 private:
  struct Open {
    NodeId node;
    NodeId last_child;
  };
  SyntaxTree& out_;
  const GrammarMap& map_;
  TSTreeCursor cursor_;
};

}  // namespace

NodeId SyntaxTree::end(NodeId node) const {
  // The subtree ends where the next node that starts at or after its end begins; siblings say it
  // directly, the last child has to look ahead.
  if (nodes[node].next != kNoNode) return nodes[node].next;
  NodeId last = node;
  while (nodes[last].has_children) {
    last = last + 1;
    while (nodes[last].next != kNoNode) last = nodes[last].next;
  }
  return last + 1;
}

void parse(std::string_view text, SyntaxTree& out) {
  out.nodes.clear();
  out.comments.clear();
  out.syntax_errors.clear();
  TSParser* parser = thread_parser();
  TSTree* tree = ts_parser_parse_string(parser, nullptr, text.data(),
                                        static_cast<std::uint32_t>(text.size()));
  ts_parser_reset(parser);
  if (tree == nullptr) {
    out.nodes.push_back(Node{NodeKind::module, FieldKind::none, false, false, kNoNode, {}});
    return;
  }
  out.nodes.reserve(text.size() / 6 + 16);
  Copier(tree, out).run();
  ts_tree_delete(tree);
}

std::string_view to_string(NodeKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }
std::string_view to_string(FieldKind field) { return kFieldNames[static_cast<std::size_t>(field)]; }

}  // namespace gilcheck::analyzer
