#pragma once
// Order of execution inside one function: whether one instruction can run after another, and what
// lies between.
//
// Thread contract: one object per thread (answers are computed on demand).

#include <cstdint>
#include <unordered_map>
#include <utility>
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
  /// Where an instruction stands within its block.
  std::uint32_t position(ValueId instr) const { return position_[instr - function_.instrs.first]; }

 private:
  void number_components();
  void find_dominators(const std::vector<BlockId>& postorder);
  void number_dominator_tree(const std::vector<BlockId>& postorder);
  void find_controllers(const std::vector<BlockId>& postorder);
  std::vector<BlockId> postorder() const;
  const std::vector<bool>& forward(BlockId from) const;
  bool block_dominates(BlockId a, BlockId b) const;
  std::uint32_t edges(BlockId from, BlockId to) const;
  bool entered_only_from(BlockId from, BlockId to) const;

  // Blocks are counted from the function's first here.
  const Unit& unit_;
  const Function& function_;
  std::vector<std::uint32_t> position_;  // by instruction: within its block
  std::vector<BlockId> idom_;
  std::vector<std::uint32_t> order_;                           // by block: in postorder
  std::vector<std::pair<std::uint32_t, std::uint32_t>> tree_;  // by block: first and last below it
  std::vector<BlockId> controlled_;       // by block: it, or the next above it, that one side of a
                                          // branch leads to; kNone if none
  std::vector<std::uint32_t> component_;  // by block: strongly connected; successors have less
  std::vector<bool> cyclic_;              // by component
  mutable std::unordered_map<std::uint32_t, std::vector<bool>> reach_;  // by component: blocks
};

}  // namespace gilcheck::clang_plugin
