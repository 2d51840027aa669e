#pragma once
// Instructions and blocks of one function while they are built, with local variables in SSA form
// (Braun et al., "Simple and Efficient Construction of Static Single Assignment Form", CC 2013).
//
// Use: `block()` makes blocks, `enter` chooses where `emit` appends, `jump`/`branch`/... end a
// block; `write`/`read` stand for local variables. A block is sealed when all its predecessors are
// known; `finish` seals the rest, drops unreachable blocks and trivial phis, and moves the function
// into the unit.

#include <tsl/robin_map.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "clang_plugin/frontend/mixing_hash.h"
#include "clang_plugin/unit.h"

namespace gilcheck::clang_plugin {

class Ssa {
 public:
  explicit Ssa(Unit& unit);

  /// A new, unsealed block without predecessors.
  BlockId block();
  void enter(BlockId block) { current_ = block; }
  BlockId current() const { return current_; }
  /// Whether the current block still needs an exit.
  bool open() const { return !blocks_[current_].ended; }
  void seal(BlockId block);

  ValueId emit(Instr instr);
  ValueId emit(Instr instr, const std::vector<ValueId>& list);
  Instr& instr(ValueId value) { return unit_.instrs[resolve(value)]; }

  void write(VarId variable, ValueId value) { write(variable, current_, value); }
  ValueId read(VarId variable, TypeId type) { return read(variable, current_, type); }

  void jump(BlockId to, Pos pos = {});
  void branch(ValueId condition, BlockId if_true, BlockId if_false, Pos pos);
  /// One target per value, the default last.
  void switch_(ValueId value, const std::vector<BlockId>& targets,
               const std::vector<std::int64_t>& values, Pos pos);
  /// Jumps to any of these.
  void scatter(const std::vector<BlockId>& targets, Pos pos);
  void return_(ValueId value, Pos pos);
  void unreachable(Pos pos);

  /// A phi of values that were computed at the ends of these predecessors of the current block.
  ValueId join(TypeId type, const std::vector<std::pair<BlockId, ValueId>>& values, Pos pos);

  PlaceId place(Place place);

  void finish(Function& function);

 private:
  struct Draft {
    std::vector<ValueId> phis;
    std::vector<ValueId> instrs;
    std::vector<BlockId> preds;
    std::vector<BlockId> succs;
    std::vector<std::int64_t> case_values;
    std::vector<std::pair<VarId, ValueId>> incomplete;
    Exit exit = Exit::unreachable;
    ValueId value = kNone;
    Pos pos;
    bool sealed = false;
    bool ended = false;
  };
  struct Phi {
    BlockId block = 0;
    std::vector<std::pair<BlockId, ValueId>> operands;
    std::vector<ValueId> users;  // phis
    // The first `compared` operands are `same`, or the phi itself, whatever is replaced later.
    std::uint32_t compared = 0;
    ValueId same = kNone;
  };

  void write(VarId variable, BlockId block, ValueId value);
  ValueId read(VarId variable, BlockId block, TypeId type);
  ValueId new_phi(BlockId block, TypeId type, Pos pos = {});
  ValueId complete(VarId variable, ValueId phi, TypeId type);
  ValueId simplify(ValueId phi);
  ValueId resolve(ValueId value) const;
  void link(BlockId from, BlockId to);
  void end(Exit exit, ValueId value, Pos pos);

  Unit& unit_;
  std::uint32_t first_instr_;
  std::uint32_t first_place_;
  std::vector<Draft> blocks_;
  BlockId current_ = 0;
  tsl::robin_map<std::uint64_t, ValueId, MixingHash> definitions_;  // (variable, block) -> value
  // By pointer: the table moves its entries about.
  tsl::robin_map<ValueId, std::unique_ptr<Phi>> phis_;
  tsl::robin_map<ValueId, ValueId> replaced_;
  struct PlaceKey {
    std::uint64_t high;
    std::uint64_t low;
    bool operator==(const PlaceKey&) const = default;
  };
  struct PlaceHash {
    std::size_t operator()(const PlaceKey& key) const {
      return MixingHash{}(key.high * 0x9E3779B97F4A7C15U ^ key.low);
    }
  };
  static PlaceKey key(const Place& place) {
    return {(static_cast<std::uint64_t>(place.kind) << 32U) | place.parent,
            (static_cast<std::uint64_t>(place.id) << 32U) | place.type};
  }
  tsl::robin_map<PlaceKey, PlaceId, PlaceHash> places_;
};

}  // namespace gilcheck::clang_plugin
