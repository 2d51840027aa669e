#include "analyzer/parse/syntax_tree.h"

#include <tree_sitter/api.h>
// The inside of the pinned tree-sitter: its tree is read where it lies. The public cursor keeps
// track of points, descendant counts and the way back, and costs a tenth of what parsing does.
#include <lib/src/language.h>
#include <lib/src/subtree.h>
#include <lib/src/tree.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "analyzer/parse/blank_continuations.h"
#include "analyzer/parse/parser_memory.h"
#include "analyzer/parse/unclosed_brackets.h"

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

/// By symbol. A symbol that the grammar shows as another is treated as that one.
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
      const TSSymbol id = ts_language_public_symbol(language, static_cast<TSSymbol>(symbol));
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

/// Copies the nodes that the grammar shows: visible ones, and hidden ones under an alias. Children
/// of other hidden nodes count as children of the node above.
class Copier {
 public:
  Copier(const TSTree& tree, std::string_view text, SyntaxTree& out)
      : out_(out), text_(text), map_(grammar_map()), language_(tree.language) {
    Frame root;
    root.child = &tree.root;
    root.end = root.child + 1;
    root.hidden = true;
    frames_.push_back(root);
  }

  void run() {
    while (!frames_.empty()) {
      if (frames_.back().child != frames_.back().end) {
        visit();
      } else {
        leave();
      }
    }
  }

 private:
  /// A subtree whose children are being visited.
  struct Frame {
    const Subtree* child = nullptr;  ///< the next one
    const Subtree* end = nullptr;
    std::uint32_t position = 0;               ///< where the blank space before it begins
    std::uint32_t index = 0;                  ///< its place in the production
    const TSSymbol* aliases = nullptr;        ///< by place in the production, or null
    std::span<const TSFieldMapEntry> fields;  ///< of the production
    FieldKind inherited = FieldKind::none;    ///< of a hidden subtree: its own field
    bool hidden = false;
  };
  struct Open {
    NodeId node;
    NodeId last_child;
  };

  void visit() {
    Frame& frame = frames_.back();
    const Subtree tree = *frame.child++;
    const std::uint32_t begin = frame.position + ts_subtree_padding(tree).bytes;
    const ByteRange range{begin, begin + ts_subtree_size(tree).bytes};
    frame.position = range.end;
    // Comments and the like may stand anywhere: they have no place in the production.
    const bool extra = ts_subtree_extra(tree);
    const std::uint32_t index = extra ? 0 : frame.index++;
    const TSSymbol alias = extra || frame.aliases == nullptr ? 0 : frame.aliases[index];
    const auto field = [&] { return extra ? FieldKind::none : field_of(frame, index); };
    if (alias == 0 && !ts_subtree_visible(tree)) {
      if (ts_subtree_visible_child_count(tree) > 0) enter(tree, begin, field(), true);
      return;
    }
    const TSSymbol symbol = alias != 0 ? alias : ts_subtree_symbol(tree);
    if (symbol == ts_builtin_sym_error) {
      report(range);
      add(NodeKind::error, field(), false, range);
      if (enter(tree, begin, FieldKind::none, false) && error_frames_ == 0) {
        error_frames_ = frames_.size();
      }
      return;
    }
    const bool missing = ts_subtree_missing(tree);
    if (missing) report(range);
    const Treatment treatment = map_.treatments[symbol];
    if (treatment == Treatment::drop) return;
    if (treatment == Treatment::comment) {
      out_.comments.push_back(range);
      return;
    }
    add(map_.kinds[symbol], field(), missing, range);
    if (treatment == Treatment::keep || may_hold_expressions(range) ||
        ts_subtree_error_cost(tree) > 0) {
      enter(tree, begin, FieldKind::none, false);
    }
  }

  /// Goes on with the children of `tree`, if any; a node that is not hidden has just been added.
  bool enter(Subtree tree, std::uint32_t begin, FieldKind inherited, bool hidden) {
    const std::uint32_t count = ts_subtree_child_count(tree);
    if (count == 0) return false;
    Frame frame;
    frame.child = ts_subtree_children(tree);
    frame.end = frame.child + count;
    frame.position = begin - ts_subtree_padding(*frame.child).bytes;
    const std::uint32_t production = ts_subtree_production_id(tree);
    frame.aliases = ts_language_alias_sequence(language_, production);
    const TSFieldMapEntry* fields = nullptr;
    const TSFieldMapEntry* fields_end = nullptr;
    ts_language_field_map(language_, production, &fields, &fields_end);
    frame.fields = {fields, fields_end};
    frame.inherited = inherited;
    frame.hidden = hidden;
    frames_.push_back(frame);
    if (!hidden) open_.push_back({static_cast<NodeId>(out_.nodes.size() - 1), kNoNode});
    return true;
  }

  void leave() {
    if (frames_.size() == error_frames_) error_frames_ = 0;
    if (!frames_.back().hidden) {
      out_.nodes[open_.back().node].end = static_cast<NodeId>(out_.nodes.size());
      open_.pop_back();
    }
    frames_.pop_back();
  }

  FieldKind field_of(const Frame& frame, std::uint32_t index) const {
    for (const TSFieldMapEntry& entry : frame.fields) {
      if (!entry.inherited && entry.child_index == index) return map_.fields[entry.field_id];
    }
    return frame.inherited;
  }

  void add(NodeKind kind, FieldKind field, bool missing, ByteRange range) {
    const auto id = static_cast<NodeId>(out_.nodes.size());
    if (!open_.empty()) {
      NodeId& last_child = open_.back().last_child;
      if (last_child != kNoNode) out_.nodes[last_child].has_next = true;
      last_child = id;
    }
    out_.nodes.push_back({kind, field, missing, false, id + 1, range});
  }

  /// Only the outermost of errors inside each other.
  void report(ByteRange range) {
    if (error_frames_ == 0) out_.syntax_errors.push_back(range);
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
  const TSLanguage* language_;
  std::vector<Frame> frames_;
  std::vector<Open> open_;        // the nodes above, and the last child of each
  std::size_t error_frames_ = 0;  // number of frames from the outermost error on, 0 outside of any
};

/// The text with `pass` in the place of these statements; no other byte moves.
std::string without(std::string_view text, std::span<const ByteRange> statements) {
  static constexpr std::string_view kNothing = "pass";
  std::string out(text);
  for (const ByteRange range : statements) {
    std::size_t room = 0;
    for (std::size_t at = range.begin; at < range.end; ++at) {
      if (out[at] == '\n' || out[at] == '\r') continue;
      if (room == at - range.begin) ++room;
      out[at] = ' ';
    }
    const bool fits = room >= kNothing.size();
    out.replace(range.begin, fits ? kNothing.size() : 1, fits ? kNothing : "0");
  }
  return out;
}

/// Sorted, and those with a stretch in common made one.
void merge_overlapping(std::vector<ByteRange>& ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::size_t kept = 0;
  for (const ByteRange range : ranges) {
    if (kept != 0 && range.begin < ranges[kept - 1].end) {
      ranges[kept - 1].end = std::max(ranges[kept - 1].end, range.end);
    } else {
      ranges[kept++] = range;
    }
  }
  ranges.resize(kept);
}

/// How much of a tree is worth analysing: definitions, then nodes, outside of errors.
std::pair<std::size_t, std::size_t> soundness(const SyntaxTree& tree) {
  std::size_t definitions = 0;
  std::size_t nodes = 0;
  for (NodeId id = 0; id < tree.nodes.size(); ++id, ++nodes) {
    switch (tree.kind(id)) {
      case NodeKind::error: id = tree.end(id) - 1; break;
      case NodeKind::function_definition:
      case NodeKind::class_definition: ++definitions; break;
      default: break;
    }
  }
  return {definitions, nodes};
}

}  // namespace

void parse_as_written(std::string_view text, SyntaxTree& out) {
  out.nodes.clear();
  out.comments.clear();
  out.syntax_errors.clear();
  const ParserMemory memory;
  const std::unique_ptr<TSParser, ParserDeleter> parser(ts_parser_new());
  ts_parser_set_language(parser.get(), tree_sitter_python());
  TSTree* tree = ts_parser_parse_string(parser.get(), nullptr, text.data(),
                                        static_cast<std::uint32_t>(text.size()));
  if (tree == nullptr) {
    out.nodes.push_back(Node{NodeKind::module, FieldKind::none, false, false, 1, {}});
    return;
  }
  out.nodes.reserve(text.size() / 6 + 16);
  Copier(*tree, text, out).run();
  if (!ParserMemory::kEndsTrees) ts_tree_delete(tree);
}

void parse(std::string_view text, SyntaxTree& out) {
  const std::string joined = join_blank_continuations(text);
  if (!joined.empty()) text = joined;
  parse_as_written(text, out);
  if (out.syntax_errors.empty()) return;
  const std::vector<ByteRange> unclosed = unclosed_statements(text);
  if (unclosed.empty()) return;
  // tree-sitter often finds a closing bracket to insert, and then loses less.
  SyntaxTree repaired;
  parse_as_written(without(text, unclosed), repaired);
  if (soundness(repaired) <= soundness(out)) return;
  out = std::move(repaired);
  out.syntax_errors.insert(out.syntax_errors.end(), unclosed.begin(), unclosed.end());
  merge_overlapping(out.syntax_errors);
}

std::string_view to_string(NodeKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}
std::string_view to_string(FieldKind field) {
  return kFieldNames[static_cast<std::size_t>(field)];
}

}  // namespace gilcheck::analyzer
