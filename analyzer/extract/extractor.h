#pragma once
// Phase `extract`: one file's syntax tree to its module summary. Each function body is read once,
// in order of execution, by an abstract interpretation that follows local aliases, locks held and
// the reads that values and branches depend on. The parts:
//   definitions.cc  module, classes, functions, imports, directives
//   statements.cc   which statement is which, `with`
//   branches.cc     if, while, for, match
//   exceptions.cc   try
//   environment.cc  variables and locks held at a point, and what is left where ways meet
//   expressions.cc  values of expressions, conditions
//   calls.cc        calls, container methods, builtins
//   targets.cc      assignments
//   regions.cc      accesses and the regions they close
//   exports.cc      __all__

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/extract/flow.h"
#include "analyzer/extract/scopes.h"
#include "analyzer/extract/summary_builder.h"
#include "analyzer/extract/thread_safety_claim.h"
#include "analyzer/parse/syntax_tree.h"
#include "base/source_text.h"

namespace gilcheck::analyzer {

/// Names the extractor compares with often, interned once per file.
struct KnownNames {
  explicit KnownNames(SummaryBuilder& builder);
  Sym self_dict, module_dict, acquire, release, is_owned, locked, items, keys, values, get, globals,
      len, hasattr, getattr, setattr, delattr, super_, next, iter, enumerate, zip, reversed, map,
      filter, property, cached_property, staticmethod, classmethod, setter, getter, deleter, all,
      main, append_, enter_context, type, vars;
};

/// One level of nesting, for the functions that call themselves with the tree. Deeper nesting than
/// the limit is left out; CPython's own parser gives up at 200 levels of parentheses.
class Deeper {
 public:
  explicit Deeper(std::uint32_t& depth) : depth_(depth) { ++depth_; }
  ~Deeper() { --depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  bool too_deep() const { return depth_ > kDeepest; }

 private:
  static constexpr std::uint32_t kDeepest = 600;
  std::uint32_t& depth_;
};

class Extractor {
 public:
  Extractor(const SyntaxTree& tree, const SourceText& source, ModuleSummary identity);
  ModuleSummary run();

 private:
  /// Statements in one another beyond this are left out.
  static constexpr std::uint32_t kDeepestStatement = 400;

  // ---- definitions.cc
  void prepare_functions();
  void extract_function(ScopeId scope);
  void function_definition(NodeId node, const std::vector<NodeId>& decorators);
  void class_definition(NodeId node, const std::vector<NodeId>& decorators);
  void decorated_definition(NodeId node);
  ValueId lambda(NodeId node);
  void parameters(ScopeId scope, NodeId list, Function& function);
  void import_statement(NodeId node);
  void import_from_statement(NodeId node);
  void add_import(Import import, Sym bound);
  void directives();
  std::vector<Range> logical_lines() const;
  /// What the docstring of a body says of the thing called `name`.
  ThreadSafetyClaim claim_of(NodeId body, std::string_view name) const;

  // ---- statements.cc
  /// Runs statements; true if control cannot leave at the end.
  bool block(NodeId node, bool keep_guards = false);
  bool statement(NodeId node);
  bool with_statement(NodeId node);
  void delete_target(NodeId node);

  // ---- branches.cc
  bool if_statement(NodeId node);
  bool if_rest(NodeId node, NodeId alternative);
  bool while_statement(NodeId node);
  bool for_statement(NodeId node);
  bool match_statement(NodeId node);

  // ---- exceptions.cc
  bool try_statement(NodeId node);
  /// What the handlers of a try statement expect, as bits of CaughtFlag.
  std::uint8_t caught(NodeId try_node) const;
  std::vector<Fact> raising_reads(AccessId first, NodeId handler_type) const;

  // ---- expressions.cc
  Val eval(NodeId node);
  Val eval_identifier(NodeId node);
  Val eval_attribute(NodeId node);
  Val eval_subscript(NodeId node);
  Val eval_comparison(NodeId node);
  Val eval_boolean(NodeId node);
  Val eval_conditional(NodeId node);
  Val eval_comprehension(NodeId node);
  Val eval_sequence(NodeId node, Builtin type);
  Val eval_dictionary(NodeId node);
  Val eval_string(NodeId node);
  Val eval_children(NodeId node);
  Val load_name(Sym name, ByteRange range);
  Val load_path(PathId path, ByteRange range, std::uint8_t flags = 0);
  ValueId eval_annotation(NodeId node);
  FactsId truth(const Val& val, bool outcome);
  ValueId key_value(NodeId node, DepsId& deps);
  Sym literal_text(NodeId node);
  /// The binding that an item of `__dict__`, `vars(x)` or `globals()` is; 0 if it is none of these
  /// or the key is not a literal.
  PathId binding_in(PathId container, ValueId key);
  /// `val` is tested for truth at `range`: a possible switch point, and if it is a local alias of a
  /// container, the place where the content is looked at.
  void truth_switch(Val& val, ByteRange range);

  // ---- calls.cc
  Val eval_call(NodeId node);
  CallId add_call(ValueId callee, const std::vector<Argument>& arguments, ByteRange range,
                  std::uint8_t flags);
  bool collect_arguments(NodeId list, std::vector<Argument>& out, std::vector<Val>& vals,
                         std::vector<ByteRange>& ranges);
  Val attribute_builtin(Sym builtin, NodeId node, std::vector<Val>& vals, bool& handled);
  /// The dotted name of a callee that this module does not define, or 0.
  Sym external_name(const Val& callee);
  /// The container that iterating `val` walks over live: itself, a view of it, or inside
  /// enumerate, zip and the like. 0 if none.
  PathId iterated_path(const Val& val, Sym& view) const;
  /// Where to point when `val`, written at `range`, is walked over.
  ByteRange iterated_range(const Val& val, ByteRange range) const;
  void iterate(const Val& val, ByteRange range, bool python_level);
  SectionId acquire(const Val& receiver, ValueId value, ByteRange range,
                    SectionKind how = SectionKind::acquired);
  void release(const Val& receiver);

  // ---- targets.cc
  void assignment(NodeId node);
  void augmented_assignment(NodeId node);
  void store(NodeId target, const Val& val, ByteRange range);
  void store_name(Sym name, const Val& val, ByteRange range);
  void store_elements(NodeId pattern, const Val& val, ByteRange range);
  void bind_element(NodeId target, const Val& container, ByteRange range);
  void define_name(Sym name, ValueId value, ByteRange range);
  bool belong_together(const Access& first, const Access& second) const;
  void pair_item_store(AccessId made);

  // ---- regions.cc
  AccessId access(PathId path, AccessOp op, ByteRange range, Sym method = 0, ValueId key = 0,
                  ValueId value = 0, std::uint8_t flags = 0);
  bool worth_recording(PathId path, AccessOp op) const;
  void close_regions(AccessId last, DepsId data, DepsId keys, FactsId choice);
  void use_after_test(const Val& object);
  /// From here on in the current block the facts hold.
  void open_gates(FactsId facts);
  void close_drain(AccessId last);
  void forget_aliases(PathId path);
  void add_region(RegionKind kind, Test test, AccessId first, AccessId last, ByteRange condition);
  bool related(AccessId first, AccessId last) const;
  bool may_flow(BlockId from, BlockId to) const;
  bool within(BlockId block, BlockId ancestor) const;
  HeldId common_held(AccessId first, AccessId last);
  void passed(SwitchKind kind, ByteRange range, ValueId value = 0, ValueId value2 = 0);
  void statement_pairings(AccessId first_access);

  // ---- exports.cc
  void exports();
  /// Other names than those found may be listed.
  void exports_unknown();
  bool is_export_list(NodeId node) const;
  void export_assignment(NodeId node);
  void export_call(NodeId node);
  /// The one argument of a call, or kNoNode.
  NodeId only_argument(NodeId call) const;
  void export_name(NodeId node);
  void export_names(NodeId node);

  // ---- state of the function being read
  struct LocalBinding {
    Sym name;
    Val val;
  };
  struct Environment {
    std::vector<Val> slots;
    std::vector<SectionId> held;
  };
  struct LastAccess {
    AccessId access = kNone;
    BlockId block = 0;
  };

  // ---- environment.cc
  void merge(const Environment& other, bool this_exits, bool other_exits);
  /// Sections that outlive a return at this point: those of no with statement around it.
  std::vector<SectionId> kept_at_return() const;
  /// Enters a branch where `test` came out as `outcome`: a lock that was not acquired is not held.
  void assume(const Val& test, bool outcome);
  void forget_assigned(NodeId first, NodeId end);
  BlockId open_block(std::uint32_t branch, std::uint16_t alternative, bool loop);
  void close_block(BlockId previous, bool exits);

  // ---- small things
  ByteRange range_of(NodeId node) const { return tree_.nodes[node].range; }
  std::string_view text_of(NodeId node) const { return source_.slice(range_of(node)); }
  NodeKind kind(NodeId node) const { return tree_.kind(node); }
  Sym symbol(NodeId node) const { return scopes_.symbol(node); }
  NodeId unwrap(NodeId node) const;
  bool is_token(NodeId node, std::string_view text) const {
    return kind(node) == NodeKind::token && text_of(node) == text;
  }
  Function& function() { return out_.functions[function_]; }
  /// kAccessViaAlias unless the object was loaded by the same expression.
  static std::uint8_t alias_flag(const Val& object) {
    return object.loaded == kNone ? std::uint8_t{kAccessViaAlias} : std::uint8_t{0};
  }
  bool is_builtin_name(Sym name) const;
  ValueId unknown_local(Sym name);
  Val val_of(ValueId value) const {
    Val out;
    out.value = value;
    return out;
  }

  const SyntaxTree& tree_;
  const SourceText& source_;
  SummaryBuilder builder_;
  ModuleSummary& out_;
  Scopes scopes_;
  KnownNames names_;

  ScopeId scope_ = 0;
  FuncId function_ = 0;
  Environment env_;
  std::vector<LocalBinding> overlay_;  // comprehension variables
  FlowLists flow_;
  std::vector<Guard> guards_;
  std::vector<PassedSwitch> switches_;
  BlockId block_ = 0;
  std::uint32_t next_branch_ = 0;
  std::uint32_t next_version_ = 0;
  std::uint32_t loop_depth_ = 0;
  std::uint32_t handler_depth_ = 0;
  std::uint32_t quiet_ = 0;
  std::uint32_t depth_ = 0;
  std::vector<ValueId> returns_;
  std::vector<SectionId> returned_with_;  ///< held at every return so far
  bool returned_ = false;
  std::vector<Region> regions_;
  std::vector<Pairing> pairings_;
  std::vector<Gate> gates_;
  LastAccess last_store_;
  LastAccess last_load_;
  /// A call that returns a live view of a container: d.items(), enumerate(l).
  struct View {
    PathId path = 0;
    Sym name = 0;
    ByteRange range;  ///< the expression to point at
  };
  tsl::robin_map<CallId, View> views_;
  /// The test of a while loop, whose body lies between two evaluations of it.
  struct LoopTest {
    AccessId first = 0;
    AccessId end = 0;
    BlockId body = 0;
  };
  std::vector<LoopTest> loop_tests_;
};

}  // namespace gilcheck::analyzer
