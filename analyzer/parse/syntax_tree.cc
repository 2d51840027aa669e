#include "analyzer/parse/syntax_tree.h"

#include <tree_sitter/api.h>

#include <array>
#include <memory>
#include <string>
#include <unordered_map>

extern "C" const TSLanguage* tree_sitter_python(void);

namespace gilcheck::analyzer {

namespace {

constexpr std::string_view first_of(std::string_view name) {
  return name;
}
constexpr std::string_view first_of(std::string_view, std::string_view grammar_name) {
  return grammar_name;
}

constexpr std::array kKindNames = {std::string_view("other"), std::string_view("token"),
#define X_NAME(name, ...) first_of(#name __VA_OPT__(, ) __VA_ARGS__),
                                   GILCHECK_NODE_KINDS(X_NAME)
#undef X_NAME
};

constexpr std::array kFieldNames = {
    std::string_view(""),
    std::string_view("alias"),
    std::string_view("alternative"),
    std::string_view("argument"),
    std::string_view("arguments"),
    std::string_view("attribute"),
    std::string_view("body"),
    std::string_view("cause"),
    std::string_view("condition"),
    std::string_view("consequence"),
    std::string_view("definition"),
    std::string_view("expression"),
    std::string_view("function"),
    std::string_view("guard"),
    std::string_view("key"),
    std::string_view("left"),
    std::string_view("module_name"),
    std::string_view("name"),
    std::string_view("object"),
    std::string_view("operator"),
    std::string_view("operators"),
    std::string_view("parameters"),
    std::string_view("return_type"),
    std::string_view("right"),
    std::string_view("subject"),
    std::string_view("subscript"),
    std::string_view("superclasses"),
    std::string_view("type"),
    std::string_view("value"),
};

/// What to do with a grammar symbol. A `string` is entered only if it can hold expressions.
enum class Treatment : std::uint8_t { keep, drop, comment, string };

/// What ts_node_symbol says of an error node.
constexpr TSSymbol kErrorSymbol = 0xFFFF;

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
        const bool meaningful = name == "async" || name == "in" || name == "is" || name == "not" ||
                                name == "not in" || name == "is not" || name == "and" ||
                                name == "or" || name == "from";
        if (punctuation || (keyword && !meaningful) || name == "->" || name == "=") {
          treatments[symbol] = Treatment::drop;
        }
        continue;
      }
      if (const auto found = by_name.find(name); found != by_name.end()) {
        kinds[symbol] = found->second;
        if (name == "string") treatments[symbol] = Treatment::string;
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
  Copier(TSTree* tree, std::string_view text, SyntaxTree& out)
      : out_(out),
        text_(text),
        map_(grammar_map()),
        cursor_(ts_tree_cursor_new(ts_tree_root_node(tree))) {}
  ~Copier() { ts_tree_cursor_delete(&cursor_); }
  Copier(const Copier&) = delete;
  Copier& operator=(const Copier&) = delete;

  void run() {
    for (;;) {
      if (visit() && ts_tree_cursor_goto_first_child(&cursor_)) {
        open_.push_back({static_cast<NodeId>(out_.nodes.size() - 1), kNoNode});
        continue;
      }
      leave();
      while (!ts_tree_cursor_goto_next_sibling(&cursor_)) {
        if (!ts_tree_cursor_goto_parent(&cursor_)) return;
        out_.nodes[open_.back().node].end = static_cast<NodeId>(out_.nodes.size());
        open_.pop_back();
        leave();
      }
    }
  }

 private:
  struct Open {
    NodeId node;
    NodeId last_child;
  };
  static constexpr std::size_t kOutside = static_cast<std::size_t>(-1);

  /// Copies the node at the cursor; true if its children are wanted too.
  bool visit() {
    const TSNode node = ts_tree_cursor_current_node(&cursor_);
    const TSSymbol symbol = ts_node_symbol(node);
    const ByteRange range{ts_node_start_byte(node), ts_node_end_byte(node)};
    if (symbol == kErrorSymbol) {
      report(range);
      if (error_depth_ == kOutside) error_depth_ = open_.size();
      add(NodeKind::error, false, range);
      return true;
    }
    const bool missing = range.begin == range.end && ts_node_is_missing(node);
    if (missing) report(range);
    switch (map_.treatments[symbol]) {
      case Treatment::drop: return false;
      case Treatment::comment: out_.comments.push_back(range); return false;
      case Treatment::string:
        add(map_.kinds[symbol], missing, range);
        return may_hold_expressions(range) || ts_node_has_error(node);
      case Treatment::keep: add(map_.kinds[symbol], missing, range); return true;
    }
    return false;
  }

  void add(NodeKind kind, bool missing, ByteRange range) {
    const auto id = static_cast<NodeId>(out_.nodes.size());
    FieldKind field = FieldKind::none;
    if (!open_.empty()) {
      field = map_.fields[ts_tree_cursor_current_field_id(&cursor_)];
      NodeId& last_child = open_.back().last_child;
      if (last_child != kNoNode) out_.nodes[last_child].has_next = true;
      last_child = id;
    }
    out_.nodes.push_back({kind, field, missing, false, id + 1, range});
  }

  /// Only the outermost of errors inside each other.
  void report(ByteRange range) {
    if (error_depth_ == kOutside) out_.syntax_errors.push_back(range);
  }
  void leave() {
    if (error_depth_ == open_.size()) error_depth_ = kOutside;
  }

  /// Of string prefixes only `f` and `t` introduce interpolations.
  bool may_hold_expressions(ByteRange range) const {
    for (std::uint32_t at = range.begin; at < range.end; ++at) {
      switch (text_[at]) {
        case '"':
        case '\'': return false;
        case 'f':
        case 'F':
        case 't':
        case 'T': return true;
        default: break;
      }
    }
    return true;
  }

  SyntaxTree& out_;
  std::string_view text_;
  const GrammarMap& map_;
  TSTreeCursor cursor_;
  std::vector<Open> open_;              // the nodes above the cursor, and the last child of each
  std::size_t error_depth_ = kOutside;  // of the outermost error that the cursor is in
};

}  // namespace

void parse(std::string_view text, SyntaxTree& out) {
  out.nodes.clear();
  out.comments.clear();
  out.syntax_errors.clear();
  TSParser* parser = thread_parser();
  TSTree* tree =
      ts_parser_parse_string(parser, nullptr, text.data(), static_cast<std::uint32_t>(text.size()));
  ts_parser_reset(parser);
  if (tree == nullptr) {
    out.nodes.push_back(Node{NodeKind::module, FieldKind::none, false, false, 1, {}});
    return;
  }
  out.nodes.reserve(text.size() / 6 + 16);
  Copier(tree, text, out).run();
  ts_tree_delete(tree);
}

std::string_view to_string(NodeKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}
std::string_view to_string(FieldKind field) {
  return kFieldNames[static_cast<std::size_t>(field)];
}

}  // namespace gilcheck::analyzer
