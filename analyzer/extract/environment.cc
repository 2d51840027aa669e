// What is known at a point of a function: blocks, values of its variables, locks held; and what is
// left of it where two ways meet.

#include <algorithm>

#include "analyzer/extract/extractor.h"

namespace gilcheck::analyzer {

BlockId Extractor::open_block(std::uint32_t branch, std::uint16_t alternative, bool loop) {
  const BlockId previous = block_;
  out_.blocks.push_back({block_, branch, alternative, loop, false});
  block_ = static_cast<BlockId>(out_.blocks.size() - 1);
  return previous;
}

void Extractor::close_block(BlockId previous, bool exits) {
  out_.blocks[block_].exits = exits;
  block_ = previous;
}

void Extractor::merge(const Environment& other, bool this_exits, bool other_exits) {
  if (other_exits) return;
  if (this_exits) {
    env_ = other;
    return;
  }
  for (std::size_t i = 0; i < env_.slots.size(); ++i) {
    Val& mine = env_.slots[i];
    const Val& theirs = other.slots[i];
    if (mine.value == theirs.value) {
      mine.deps = flow_.join(mine.deps, theirs.deps);
      mine.derived = mine.derived || theirs.derived;
      if (mine.when_true != theirs.when_true || mine.when_false != theirs.when_false) {
        mine.tested = false;
        mine.when_true = mine.when_false = 0;
      }
      continue;
    }
    Val joined;
    joined.value = mine.value != 0 && theirs.value != 0
                       ? builder_.value(ValueKind::either, 0, mine.value, theirs.value)
                       : 0;
    if (joined.value == 0) joined.value = unknown_local(0);
    joined.deps = flow_.join(mine.deps, theirs.deps);
    joined.derived = mine.derived || theirs.derived;
    mine = joined;
  }
  std::erase_if(env_.held, [&](SectionId section) {
    return std::find(other.held.begin(), other.held.end(), section) == other.held.end();
  });
}

std::vector<SectionId> Extractor::kept_at_return() const {
  std::vector<SectionId> kept;
  bool inside = false;
  for (const SectionId id : env_.held) {
    const Section& section = out_.sections[id];
    if (section.kind == SectionKind::owned) continue;
    if (section.kind != SectionKind::acquired) {
      // The body of a with statement lies after its context; what a stack opened by one was given
      // ends with it.
      inside = inside || section.body.end > section.range.end;
      if (inside) continue;
    }
    kept.push_back(id);
  }
  return kept;
}

void Extractor::assume(const Val& test, bool outcome) {
  if (test.acquired != kNone && test.acquired_if != outcome) std::erase(env_.held, test.acquired);
}

void Extractor::forget_assigned(NodeId first, NodeId end) {
  const auto forget = [&](NodeId name) {
    if (kind(name) != NodeKind::identifier) return;
    const NameInfo* info = scopes_.find(scope_, symbol(name));
    if (info == nullptr || info->slot >= env_.slots.size()) return;
    Val& slot = env_.slots[info->slot];
    Val fresh;
    fresh.value = unknown_local(symbol(name));
    fresh.deps = slot.deps;
    fresh.derived = true;
    slot = fresh;
  };
  const auto forget_pattern = [&](NodeId pattern) {
    const NodeId stop = tree_.end(pattern);
    if (kind(pattern) == NodeKind::attribute || kind(pattern) == NodeKind::subscript) return;
    for (NodeId at = pattern; at < stop; ++at) {
      if (kind(at) == NodeKind::identifier && tree_.nodes[at].field != FieldKind::attribute)
        forget(at);
    }
  };
  for (NodeId at = first; at < end; ++at) {
    switch (kind(at)) {
      case NodeKind::assignment:
      case NodeKind::augmented_assignment:
      case NodeKind::for_statement:
        if (const NodeId left = tree_.child(at, FieldKind::left); left != kNoNode)
          forget_pattern(left);
        break;
      case NodeKind::named_expression:
        if (const NodeId name = tree_.child(at, FieldKind::name); name != kNoNode) forget(name);
        break;
      case NodeKind::as_pattern:
        if (const NodeId alias = tree_.child(at, FieldKind::alias); alias != kNoNode) {
          forget_pattern(alias);
        }
        break;
      default: break;
    }
  }
}

}  // namespace gilcheck::analyzer
