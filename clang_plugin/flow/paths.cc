#include "clang_plugin/flow/paths.h"

#include <algorithm>

namespace gilcheck::clang_plugin {

Paths::Paths(const Program& program, FunctionIndex function)
    : unit_(program.unit_of(function)), function_(program.function(function)) {
  const BlockId base = function_.blocks.first;
  const std::uint32_t count = function_.blocks.count;
  for (BlockId b = 0; b < count; ++b) {
    const Range range = unit_.blocks[base + b].instrs;
    for (std::uint32_t i = 0; i < range.count; ++i) {
      position_[unit_.instr_order[range.first + i]] = i;
    }
  }
  // Immediate dominators (Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm", 2001).
  std::vector<BlockId> postorder;
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
    postorder.push_back(b);
    stack.pop_back();
  }
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

std::vector<bool> Paths::forward(BlockId from) const {
  const BlockId base = function_.blocks.first;
  if (const auto found = reach_.find(from); found != reach_.end()) return found->second;
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
  return reach_.emplace(from, std::move(seen)).first->second;
}

bool Paths::block_reaches(BlockId from, BlockId to) const {
  const BlockId base = function_.blocks.first;
  return forward(from - base)[to - base];
}

bool Paths::can_follow(ValueId earlier, ValueId later) const {
  const BlockId a = unit_.instrs[earlier].block;
  const BlockId b = unit_.instrs[later].block;
  if (a == b && position_.at(earlier) < position_.at(later)) return true;
  return block_reaches(a, b);
}

bool Paths::block_dominates(BlockId a, BlockId b) const {
  for (;;) {
    if (a == b) return true;
    if (b == 0 || idom_[b] == kNone) return false;
    b = idom_[b];
  }
}

bool Paths::dominates(ValueId earlier, ValueId later) const {
  const BlockId base = function_.blocks.first;
  const BlockId a = unit_.instrs[earlier].block;
  const BlockId b = unit_.instrs[later].block;
  if (a == b) return position_.at(earlier) <= position_.at(later);
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
  if (from == to && position_.at(first) < position_.at(last)) {
    add(from, position_.at(first) + 1, position_.at(last));
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
  add(from, position_.at(first) + 1, kNone);
  for (BlockId b = 0; b < function_.blocks.count; ++b) {
    if (b != from && b != to && ahead[b] && behind[b]) add(b, 0, kNone);
  }
  add(to, 0, position_.at(last));
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
  // A dominating branch of which only one side leads here without passing the branch again.
  const BlockId base = function_.blocks.first;
  std::vector<BlockId> out;
  for (BlockId b = block - base; b != 0 && idom_[b] != kNone;) {
    b = idom_[b];
    const Block& candidate = unit_.blocks[base + b];
    if (candidate.exit != Exit::branch && candidate.exit != Exit::switch_) continue;
    std::uint32_t leading = 0;
    for (std::uint32_t s = candidate.succs.first; s < candidate.succs.end(); ++s) {
      const BlockId next = unit_.block_lists[s];
      // The side must itself dominate the block: otherwise both sides meet before it. Nor may it be
      // where they meet: all other ways into it are loops that come back.
      if (!block_dominates(next - base, block - base)) continue;
      const Range preds = unit_.blocks[next].preds;
      bool only = true;
      for (std::uint32_t p = preds.first; p < preds.end(); ++p) {
        const BlockId from = unit_.block_lists[p];
        only = only && (from == base + b || block_dominates(next - base, from - base));
      }
      if (only) ++leading;
    }
    if (leading == 1) out.push_back(base + b);
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
