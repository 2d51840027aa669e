#pragma once
// Order of execution inside one function: whether one instruction can run after another, and what
// lies between.
//
// Thread contract: one object per thread (answers are computed on demand).

#include <unordered_map>
#include <vector>

#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

class Paths {
 public:
  Paths(const Program& program, FunctionIndex function);

  /// Whether `later` can be executed after `earlier` (in a later iteration counts).
  bool can_follow(ValueId earlier, ValueId later) const;
  /// Whether every way to `later` leads over `earlier`.
  bool dominates(ValueId earlier, ValueId later) const;
  /// Calls, constructions and destructions that can run after `first` and before `last`, in program
  /// order; neither of the two is included.
  std::vector<ValueId> calls_between(ValueId first, ValueId last) const;
  /// Every instruction that can run after `first` and before `last`, without passing either again.
  std::vector<ValueId> between(ValueId first, ValueId last) const;
  /// Whether the block can reach the other (a block reaches itself only through a cycle).
  bool block_reaches(BlockId from, BlockId to) const;
  /// The condition that decides whether a block runs: the branch blocks on which it is control
  /// dependent, innermost first.
  std::vector<BlockId> controlling(BlockId block) const;

 private:
  std::vector<bool> forward(BlockId from) const;
  bool block_dominates(BlockId a, BlockId b) const;

  const Unit& unit_;
  const Function& function_;
  std::unordered_map<ValueId, std::uint32_t> position_;  // within its block
  mutable std::unordered_map<BlockId, std::vector<bool>> reach_;
  std::vector<BlockId> idom_;  // relative to the first block
  std::vector<std::uint32_t> order_;
};

}  // namespace gilcheck::clang_plugin
