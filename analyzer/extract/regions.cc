// Accesses, and the regions they close: an access closes a region with every earlier read of the
// same location that its value, its key or its being executed depends on.

#include <algorithm>
#include <array>

#include "analyzer/extract/extractor.h"

namespace gilcheck::analyzer {

namespace {

constexpr std::size_t kMostRegionsPerRead = 4;
constexpr std::size_t kMostTestsPerAct = 8;
constexpr std::size_t kMostGuards = 128;  // the innermost ones
constexpr std::uint32_t kMostConditionalSwitches = 4;

bool is_binding(AccessOp op) {
  return op == AccessOp::load || op == AccessOp::store || op == AccessOp::del;
}

/// Tests after which using the value again assumes that it is still there.
bool promises_presence(Test test) {
  return test == Test::truthy || test == Test::is_not_none || test == Test::present ||
         test == Test::not_equal || test == Test::completed;
}

}  // namespace

bool Extractor::worth_recording(PathId path, AccessOp op) const {
  PathId at = path;
  while (builder_.path_node(at).parent != 0) at = builder_.path_node(at).parent;
  const PathNode& root = builder_.path_node(at);
  switch (root.kind) {
    case PathKind::closure: return true;
    case PathKind::global: {
      const NameInfo* info = scopes_.find(0, root.sym);
      if (info == nullptr) return false;  // a builtin
      if ((info->flags & kNameVariable) != 0) return true;
      // Modules, classes and functions: their attributes may be shared state. The name itself is
      // bound once, and loading `module.function` for a call is recorded as the call.
      if (at != path) return true;
      // What an imported name holds may be a container of the other module.
      return !is_binding(op) && (info->flags & kNameDefinition) == 0;
    }
    case PathKind::value: {
      if (at == path && is_binding(op)) return false;
      switch (builder_.node(root.aux).kind) {
        case ValueKind::unknown:
        case ValueKind::constant:
        case ValueKind::local:
        case ValueKind::binary:
        case ValueKind::unary:
        case ValueKind::compare:
        case ValueKind::string: return false;
        default: return true;
      }
    }
    default: return false;
  }
}

AccessId Extractor::access(PathId path, AccessOp op, ByteRange range, Sym method, ValueId key,
                           ValueId value, std::uint8_t flags) {
  if (quiet_ != 0 || path == 0 || !worth_recording(path, op)) return kNone;
  Access made;
  made.path = path;
  made.op = op;
  made.flags = flags;
  if (loop_depth_ != 0) made.flags |= kAccessInLoop;
  if (handler_depth_ != 0) made.flags |= kAccessInHandler;
  made.method = method;
  made.key = key;
  made.value = value;
  made.range = range;
  made.held = builder_.held(env_.held);
  made.block = block_;
  out_.accesses.push_back(made);
  return static_cast<AccessId>(out_.accesses.size() - 1);
}

void Extractor::passed(SwitchKind kind, ByteRange range, ValueId value, ValueId value2) {
  if (quiet_ != 0) return;
  switches_.push_back(
      {kind, range, value, value2, block_, static_cast<AccessId>(out_.accesses.size())});
}

bool Extractor::related(AccessId first, AccessId last) const {
  const Access& read = out_.accesses[first];
  const Access& act = out_.accesses[last];
  if (read.op == AccessOp::store || read.op == AccessOp::del || read.op == AccessOp::item_store ||
      read.op == AccessOp::item_del) {
    return false;
  }
  if (read.path == act.path) {
    if (is_binding(act.op)) return true;
    if (read.key != 0 && act.key != 0 && read.key != act.key) return false;
    return true;
  }
  // `if d[k]: d[k].pop()`: the item read is the container acted on.
  const PathNode& node = builder_.path_node(act.path);
  return node.kind == PathKind::item && node.parent == read.path &&
         read.op == AccessOp::item_load && (node.aux == read.key || node.aux == 0);
}

bool Extractor::may_flow(BlockId from, BlockId to) const {
  if (from == to) return true;
  // Walk both up to their nearest common ancestor; `a` and `b` end as its children on the way.
  std::array<BlockId, 64> chain{};
  std::size_t length = 0;
  for (BlockId at = to; at != kNone && length < chain.size(); at = out_.blocks[at].parent) {
    chain[length++] = at;
  }
  BlockId below = kNone;
  for (BlockId at = from; at != kNone; at = out_.blocks[at].parent) {
    const auto end = chain.begin() + static_cast<std::ptrdiff_t>(length);
    const auto found = std::find(chain.begin(), end, at);
    if (found == end) {
      if (out_.blocks[at].exits) return false;
      below = at;
      continue;
    }
    if (below == kNone || found == chain.begin()) return true;
    const Block& other = out_.blocks[*(found - 1)];
    const Block& mine = out_.blocks[below];
    return !(other.branch == mine.branch && other.alternative != mine.alternative);
  }
  return true;
}

HeldId Extractor::common_held(AccessId first, AccessId last) {
  const HeldId a = out_.accesses[first].held;
  const HeldId b = out_.accesses[last].held;
  if (a == 0 || b == 0) return 0;
  if (a == b) return a;
  const Range left = out_.held_sets[a];
  const Range right = out_.held_sets[b];
  std::vector<SectionId> both;
  for (std::uint32_t i = left.first; i < left.end(); ++i) {
    const SectionId section = out_.held_lists[i];
    for (std::uint32_t j = right.first; j < right.end(); ++j) {
      if (out_.held_lists[j] == section) both.push_back(section);
    }
  }
  return builder_.held(both);
}

void Extractor::add_region(RegionKind kind, Test test, AccessId first, AccessId last,
                           ByteRange condition) {
  std::size_t of_first = 0;
  for (std::size_t i = regions_.size(); i-- > 0;) {
    const Region& other = regions_[i];
    if (other.first == first) {
      if (other.last == last) return;
      ++of_first;
    }
    if (regions_.size() - i > 32) break;
  }
  if (of_first >= kMostRegionsPerRead) return;
  Region region;
  region.kind = kind;
  region.test = test;
  region.first = first;
  region.last = last;
  region.function = function_;
  region.common_held = common_held(first, last);
  region.condition = condition;

  // Switch points between the ends, on a path from one to the other. One that is certain decides.
  const BlockId first_block = out_.accesses[first].block;
  const BlockId last_block = out_.accesses[last].block;
  const auto begin =
      std::lower_bound(switches_.begin(), switches_.end(), first + 1,
                       [](const PassedSwitch& passed, AccessId at) { return passed.after < at; });
  region.switches.first = static_cast<std::uint32_t>(out_.switch_points.size());
  std::uint32_t conditional = 0;
  // After a while loop the test was just evaluated again: what its body passed came before that.
  BlockId repeated = kNone;
  for (const LoopTest& loop : loop_tests_) {
    if (loop.first <= first && first < loop.end && !within(last_block, loop.body)) {
      repeated = loop.body;
    }
  }
  for (auto at = begin; at != switches_.end() && at->after <= last; ++at) {
    if (repeated != kNone && within(at->block, repeated)) continue;
    if (!may_flow(first_block, at->block) || !may_flow(at->block, last_block)) continue;
    const bool certain = at->kind < SwitchKind::operator_;
    if (certain) {
      out_.switch_points.resize(region.switches.first);
      out_.switch_points.push_back({at->kind, at->range, at->value, at->value2});
      break;
    }
    if (conditional < kMostConditionalSwitches) {
      out_.switch_points.push_back({at->kind, at->range, at->value, at->value2});
      ++conditional;
    }
  }
  region.switches.count =
      static_cast<std::uint32_t>(out_.switch_points.size()) - region.switches.first;
  regions_.push_back(region);
}

void Extractor::close_regions(AccessId last, DepsId data, DepsId keys, FactsId choice) {
  if (last == kNone) return;
  struct Candidate {
    AccessId first;
    RegionKind kind;
    Test test;
    ByteRange condition;
  };
  std::vector<Candidate> found;
  const auto consider = [&](AccessId first, RegionKind kind, Test test, ByteRange condition) {
    if (first == kNone || first >= last || !related(first, last)) return;
    // A local alias was read before the test: its content is looked at where it is tested.
    const Access& read = out_.accesses[first];
    if (kind != RegionKind::data && read.op == AccessOp::load && condition.end > condition.begin &&
        (read.range.begin < condition.begin || read.range.end > condition.end) &&
        !is_binding(out_.accesses[last].op)) {
      return;
    }
    for (const Candidate& other : found) {
      if (other.first == first) return;
    }
    found.push_back({first, kind, test, condition});
  };
  // The innermost test of a location is the one that decides.
  const std::size_t outermost = guards_.size() - std::min(guards_.size(), kMostGuards);
  for (std::size_t i = guards_.size(); i-- > outermost && found.size() < kMostTestsPerAct;) {
    const auto [begin, end] = flow_.facts(guards_[i].facts);
    for (const Fact* fact = begin; fact != end; ++fact) {
      consider(fact->access, guards_[i].kind, fact->test, guards_[i].condition);
    }
  }
  {
    const auto [begin, end] = flow_.facts(choice);
    for (const Fact* fact = begin; fact != end; ++fact) {
      consider(fact->access, RegionKind::control, fact->test, out_.accesses[last].range);
    }
  }
  const AccessOp op = out_.accesses[last].op;
  if (op != AccessOp::item_load) {
    const auto [begin, end] = flow_.deps(data);
    for (const AccessId* dep = begin; dep != end; ++dep) {
      consider(*dep, RegionKind::data, Test::none, {});
    }
  }
  {
    const auto [begin, end] = flow_.deps(keys);
    for (const AccessId* dep = begin; dep != end; ++dep) {
      consider(*dep, RegionKind::key, Test::none, {});
    }
  }
  for (const Candidate& candidate : found) {
    add_region(candidate.kind, candidate.test, candidate.first, last, candidate.condition);
  }
  if (found.size() < 2) return;
  // Double-checked: a later test under a section that the act still holds and the first did not.
  for (Region& region : regions_) {
    if (region.last != last || region.rechecked) continue;
    for (const Candidate& other : found) {
      if (other.first <= region.first || other.kind == RegionKind::data) continue;
      const HeldId common = common_held(other.first, last);
      if (common == 0) continue;
      const Range inner = out_.held_sets[common];
      const Range outer = out_.held_sets[region.common_held];
      if (inner.count > outer.count) region.rechecked = true;
    }
  }
}

bool Extractor::within(BlockId block, BlockId ancestor) const {
  while (block != kNone && block != ancestor) block = out_.blocks[block].parent;
  return block == ancestor;
}

void Extractor::close_drain(AccessId last) {
  // `batch = list(q); q.clear()`: emptying assumes that nothing came after the copy.
  if (last == kNone) return;
  const Function& made = out_.functions[function_];
  const AccessId oldest = std::max(made.accesses.first, last > 12 ? last - 12 : 0u);
  for (AccessId at = last; at-- > oldest;) {
    const Access& copy = out_.accesses[at];
    if (copy.path != out_.accesses[last].path || !may_flow(copy.block, out_.accesses[last].block)) {
      continue;
    }
    bool copies = false;
    if (copy.op == AccessOp::item_load) copies = copy.method != 0;
    if (copy.op == AccessOp::method) copies = builder_.name(copy.method) == "copy";
    if (copy.op == AccessOp::whole) {
      const std::string_view name = builder_.name(copy.method);
      copies = name == "list" || name == "tuple" || name == "dict" || name == "set" ||
               name == "sorted" || name == "sum" || name == "frozenset";
    }
    if (!copies) continue;
    add_region(RegionKind::data, Test::none, at, last, {});
    return;
  }
}

void Extractor::open_gates(FactsId facts) {
  if (quiet_ != 0) return;
  const auto [begin, end] = flow_.facts(facts);
  for (const Fact* fact = begin; fact != end; ++fact) {
    if (out_.accesses[fact->access].op != AccessOp::load) continue;
    const bool set = fact->test == Test::truthy || fact->test == Test::is_not_none;
    if (!set && fact->test != Test::falsy && fact->test != Test::is_none) continue;
    gates_.push_back({fact->access, function_, block_, static_cast<AccessId>(out_.accesses.size()),
                      static_cast<CallId>(out_.calls.size()), set});
  }
}

void Extractor::use_after_test(const Val& object) {
  const AccessId use = object.loaded;
  if (use == kNone || out_.accesses[use].op != AccessOp::load) return;
  const PathId path = out_.accesses[use].path;
  const std::size_t outermost = guards_.size() - std::min(guards_.size(), kMostGuards);
  for (std::size_t i = guards_.size(); i-- > outermost;) {
    const auto [begin, end] = flow_.facts(guards_[i].facts);
    for (const Fact* fact = begin; fact != end; ++fact) {
      if (fact->access < use && promises_presence(fact->test) &&
          out_.accesses[fact->access].path == path &&
          out_.accesses[fact->access].op == AccessOp::load) {
        add_region(guards_[i].kind, fact->test, fact->access, use, guards_[i].condition);
        return;
      }
    }
  }
}

void Extractor::statement_pairings(AccessId first_access) {
  const auto end = static_cast<AccessId>(out_.accesses.size());
  std::uint32_t made = 0;
  AccessId previous = last_load_.access;
  if (previous != kNone && last_load_.block != block_) previous = kNone;
  AccessId last_seen = kNone;
  for (AccessId at = first_access; at < end; ++at) {
    const Access& access = out_.accesses[at];
    if (access.op == AccessOp::item_load) {
      for (AccessId before = at; before-- > first_access && made < 6;) {
        if (belong_together(out_.accesses[before], access)) {
          pairings_.push_back({before, at, function_, false});
          ++made;
        }
      }
      continue;
    }
    if (access.op != AccessOp::load) continue;
    const PathNode& node = builder_.path_node(access.path);
    if (node.kind != PathKind::attr && node.kind != PathKind::global) continue;
    if (previous != kNone && made < 3 && belong_together(out_.accesses[previous], access)) {
      pairings_.push_back({previous, at, function_, false});
      ++made;
    }
    previous = at;
    last_seen = at;
  }
  last_load_ = {last_seen, block_};
}

}  // namespace gilcheck::analyzer
