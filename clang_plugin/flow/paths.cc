#include "clang_plugin/flow/paths.h"

#include <algorithm>
#include <utility>

namespace gilcheck::clang_plugin {

Paths::Paths(const Program& program, FunctionIndex function)
    : unit_(program.unit_of(function)), function_(program.function(function)) {
  const BlockId base = function_.blocks.first;
  const std::uint32_t count = function_.blocks.count;
  position_.assign(function_.instrs.count, 0);
  for (BlockId b = 0; b < count; ++b) {
    const Range range = unit_.blocks[base + b].instrs;
    for (std::uint32_t i = 0; i < range.count; ++i) {
      position_[unit_.instr_order[range.first + i] - function_.instrs.first] = i;
    }
  }
  const std::vector<BlockId> order = postorder();
  find_dominators(order);
  number_dominator_tree(order);
  find_controllers(order);
  number_components();
}

std::vector<BlockId> Paths::postorder() const {
  const BlockId base = function_.blocks.first;
  const std::uint32_t count = function_.blocks.count;
  std::vector<BlockId> out;
  std::vector<std::uint8_t> seen(count, 0);
  std::vector<std::pair<BlockId, std::uint32_t>> stack{{0, 0}};
  if (count != 0) seen[0] = 1;
  while (count != 0 && !stack.empty()) {
    const BlockId b = stack.back().first;
    const Block& block = unit_.blocks[base + b];
    if (stack.back().second < block.succs.count) {
      const BlockId next = unit_.block_lists[block.succs.first + stack.back().second++] - base;
      if (seen[next] == 0) {
        seen[next] = 1;
        stack.emplace_back(next, 0);
      }
      continue;
    }
    out.push_back(b);
    stack.pop_back();
  }
  return out;
}

/// Immediate dominators (Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm", 2001).
void Paths::find_dominators(const std::vector<BlockId>& postorder) {
  const BlockId base = function_.blocks.first;
  const std::uint32_t count = function_.blocks.count;
  order_.assign(count, 0);
  for (std::uint32_t i = 0; i < postorder.size(); ++i) order_[postorder[i]] = i;
  idom_.assign(count, kNone);
  if (count != 0) idom_[0] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (auto it = postorder.rbegin(); it != postorder.rend(); ++it) {
      if (*it == 0) continue;
      BlockId best = kNone;
      const Range preds = unit_.blocks[base + *it].preds;
      for (std::uint32_t i = preds.first; i < preds.end(); ++i) {
        BlockId p = unit_.block_lists[i] - base;
        if (idom_[p] == kNone) continue;
        if (best == kNone) {
          best = p;
          continue;
        }
        while (p != best) {
          while (order_[p] < order_[best]) p = idom_[p];
          while (order_[best] < order_[p]) best = idom_[best];
        }
      }
      if (idom_[*it] != best) {
        idom_[*it] = best;
        changed = true;
      }
    }
  }
}

/// Intervals, so that dominance is a comparison. A dominator comes after what it dominates in
/// postorder: sizes are summed up in that order, and places given out against it.
void Paths::number_dominator_tree(const std::vector<BlockId>& postorder) {
  std::vector<std::uint32_t> size(function_.blocks.count, 1);
  for (const BlockId b : postorder) {
    if (b != 0) size[idom_[b]] += size[b];
  }
  tree_.assign(function_.blocks.count, {0, 0});
  std::vector<std::uint32_t> next(function_.blocks.count, 0);
  for (auto it = postorder.rbegin(); it != postorder.rend(); ++it) {
    std::uint32_t first = 0;
    if (*it != 0) {
      first = next[idom_[*it]];
      next[idom_[*it]] += size[*it];
    }
    tree_[*it] = {first, first + size[*it]};
    next[*it] = first + 1;
  }
}

/// A side of a branch that leads to a block must itself dominate it: otherwise both sides meet
/// before it. Of the blocks that a branch leads to, only one does.
void Paths::find_controllers(const std::vector<BlockId>& postorder) {
  const BlockId base = function_.blocks.first;
  controlled_.assign(function_.blocks.count, kNone);
  for (auto it = postorder.rbegin(); it != postorder.rend(); ++it) {
    if (*it == 0) continue;
    const BlockId from = idom_[*it];
    controlled_[*it] = controlled_[from];
    const Exit exit = unit_.blocks[base + from].exit;
    if (exit != Exit::branch && exit != Exit::switch_) continue;
    const std::uint32_t leading = entered_only_from(from, *it) ? edges(from, *it) : 0;
    // The entry dominates all, too, where a loop leads back to it.
    const std::uint32_t back = entered_only_from(from, 0) ? edges(from, 0) : 0;
    if (leading + back == 1) controlled_[*it] = *it;
  }
}

std::uint32_t Paths::edges(BlockId from, BlockId to) const {
  const BlockId base = function_.blocks.first;
  const Range preds = unit_.blocks[base + to].preds;
  return static_cast<std::uint32_t>(std::count(unit_.block_lists.begin() + preds.first,
                                               unit_.block_lists.begin() + preds.end(),
                                               base + from));
}

/// All other ways into it are loops that come back.
bool Paths::entered_only_from(BlockId from, BlockId to) const {
  const BlockId base = function_.blocks.first;
  const Range preds = unit_.blocks[base + to].preds;
  return std::all_of(
      unit_.block_lists.begin() + preds.first, unit_.block_lists.begin() + preds.end(),
      [&](BlockId pred) { return pred == base + from || block_dominates(to, pred - base); });
}

/// Strongly connected components (Tarjan 1972), without recursion. They are numbered as they are
/// completed: what a component leads to has a smaller number.
void Paths::number_components() {
  const BlockId base = function_.blocks.first;
  const std::uint32_t count = function_.blocks.count;
  component_.assign(count, kNone);
  std::vector<std::uint32_t> found(count, kNone);
  std::vector<std::uint32_t> low(count, 0);
  std::vector<BlockId> open;
  std::vector<std::pair<BlockId, std::uint32_t>> stack;
  std::uint32_t time = 0;
  const auto enter = [&](BlockId b) {
    found[b] = low[b] = time++;
    open.push_back(b);
    stack.emplace_back(b, 0);
  };
  const auto leave = [&](BlockId b) {
    stack.pop_back();
    if (!stack.empty()) low[stack.back().first] = std::min(low[stack.back().first], low[b]);
    if (low[b] != found[b]) return;
    const auto id = static_cast<std::uint32_t>(cyclic_.size());
    cyclic_.push_back(open.back() != b || edges(b, b) != 0);
    while (component_[b] == kNone) {
      component_[open.back()] = id;
      open.pop_back();
    }
  };
  for (BlockId root = 0; root < count; ++root) {
    if (found[root] != kNone) continue;
    enter(root);
    while (!stack.empty()) {
      const BlockId b = stack.back().first;
      const Range succs = unit_.blocks[base + b].succs;
      if (stack.back().second == succs.count) {
        leave(b);
        continue;
      }
      const BlockId next = unit_.block_lists[succs.first + stack.back().second++] - base;
      if (found[next] == kNone) {
        enter(next);
      } else if (component_[next] == kNone) {
        low[b] = std::min(low[b], found[next]);
      }
    }
  }
}

const std::vector<bool>& Paths::forward(BlockId from) const {
  const BlockId base = function_.blocks.first;
  const std::uint32_t key = component_[from];
  if (const auto known = reach_.find(key); known != reach_.end()) return known->second;
  // One bit for each pair of blocks would be too much for the longest functions.
  constexpr std::size_t kMostBits = std::size_t{1} << 28U;
  if (reach_.size() * function_.blocks.count > kMostBits) reach_.clear();
  std::vector<bool> seen(function_.blocks.count, false);
  std::vector<BlockId> work{from};
  while (!work.empty()) {
    const BlockId b = work.back();
    work.pop_back();
    const Range succs = unit_.blocks[base + b].succs;
    for (std::uint32_t s = succs.first; s < succs.end(); ++s) {
      const BlockId next = unit_.block_lists[s] - base;
      if (seen[next]) continue;
      seen[next] = true;
      work.push_back(next);
    }
  }
  return reach_.emplace(key, std::move(seen)).first->second;
}

bool Paths::block_reaches(BlockId from, BlockId to) const {
  const BlockId a = from - function_.blocks.first;
  const BlockId b = to - function_.blocks.first;
  if (component_[a] == component_[b]) return cyclic_[component_[a]];
  if (component_[a] < component_[b]) return false;
  return block_dominates(a, b) || forward(a)[b];
}

bool Paths::can_follow(ValueId earlier, ValueId later) const {
  const BlockId a = unit_.instrs[earlier].block;
  const BlockId b = unit_.instrs[later].block;
  if (a == b && position(earlier) < position(later)) return true;
  return block_reaches(a, b);
}

bool Paths::block_dominates(BlockId a, BlockId b) const {
  if (a == b) return true;
  if (idom_[a] == kNone || idom_[b] == kNone) return false;  // never reached
  return tree_[a].first <= tree_[b].first && tree_[b].second <= tree_[a].second;
}

bool Paths::dominates(ValueId earlier, ValueId later) const {
  const BlockId base = function_.blocks.first;
  const BlockId a = unit_.instrs[earlier].block;
  const BlockId b = unit_.instrs[later].block;
  if (a == b) return position(earlier) <= position(later);
  return block_dominates(a - base, b - base);
}

std::vector<ValueId> Paths::between(ValueId first, ValueId last) const {
  const BlockId base = function_.blocks.first;
  const BlockId from = unit_.instrs[first].block - base;
  const BlockId to = unit_.instrs[last].block - base;
  std::vector<ValueId> out;
  const auto add = [&](BlockId b, std::uint32_t begin, std::uint32_t end) {
    const Range range = unit_.blocks[base + b].instrs;
    for (std::uint32_t i = begin; i < std::min(end, range.count); ++i) {
      out.push_back(unit_.instr_order[range.first + i]);
    }
  };
  if (from == to && position(first) < position(last)) {
    add(from, position(first) + 1, position(last));
    return out;
  }
  // Blocks on some way from the one to the other that passes neither block again.
  std::vector<bool> ahead(function_.blocks.count, false);
  std::vector<BlockId> work;
  const auto push = [&](std::vector<bool>& seen, BlockId b, BlockId stop) {
    if (seen[b]) return;
    seen[b] = true;
    if (b != stop) work.push_back(b);
  };
  const auto walk = [&](std::vector<bool>& seen, BlockId start, BlockId stop, bool backwards) {
    work.clear();
    const auto step = [&](BlockId b) {
      const Block& block = unit_.blocks[base + b];
      const Range next = backwards ? block.preds : block.succs;
      for (std::uint32_t i = next.first; i < next.end(); ++i) {
        push(seen, unit_.block_lists[i] - base, stop);
      }
    };
    step(start);
    while (!work.empty()) {
      const BlockId b = work.back();
      work.pop_back();
      step(b);
    }
  };
  walk(ahead, from, to, false);
  std::vector<bool> behind(function_.blocks.count, false);
  walk(behind, to, from, true);
  if (!ahead[to]) return out;
  add(from, position(first) + 1, kNone);
  for (BlockId b = 0; b < function_.blocks.count; ++b) {
    if (b != from && b != to && ahead[b] && behind[b]) add(b, 0, kNone);
  }
  add(to, 0, position(last));
  return out;
}

std::vector<ValueId> Paths::calls_between(ValueId first, ValueId last) const {
  std::vector<ValueId> out = between(first, last);
  std::erase_if(out, [&](ValueId id) {
    const Op op = unit_.instrs[id].op;
    return op != Op::call && op != Op::construct && op != Op::destroy;
  });
  return out;
}

std::vector<BlockId> Paths::controlling(BlockId block) const {
  const BlockId base = function_.blocks.first;
  std::vector<BlockId> out;
  for (BlockId b = controlled_[block - base]; b != kNone; b = controlled_[idom_[b]]) {
    out.push_back(base + idom_[b]);
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
