#include "clang_plugin/flow/lifetime.h"

#include <algorithm>
#include <map>
#include <optional>

namespace gilcheck::clang_plugin {

namespace {

using Same = std::vector<ValueId>;  // sorted

bool has(const Same& same, ValueId value) {
  return std::binary_search(same.begin(), same.end(), value);
}

void add(Same& same, ValueId value) {
  const auto at = std::lower_bound(same.begin(), same.end(), value);
  if (at == same.end() || *at != value) same.insert(at, value);
}

struct State {
  BlockId block = 0;
  std::uint32_t index = 0;
  Same same;
  ValueId sure = 0;
  ValueId maybe = 0;
};

class Walk {
 public:
  Walk(const Program& program, const Effects& effects, FunctionIndex f, ValueId from,
       const std::function<bool(ValueId)>& ends)
      : program_(program),
        effects_(effects),
        unit_(program.unit_of(f)),
        u_(program.functions()[f].unit),
        from_(from),
        ends_(ends) {}

  std::vector<BorrowedUse> run(ValueId value) {
    State start;
    start.block = unit_.instrs[from_].block;
    start.same = {value};
    const Range range = unit_.blocks[start.block].instrs;
    for (std::uint32_t i = 0; i < range.count; ++i) {
      if (unit_.instr_order[range.first + i] == from_) start.index = i + 1;
    }
    work_.push_back(std::move(start));
    for (std::size_t cost = 0; cost < kMostSteps && !work_.empty();) {
      State state = std::move(work_.back());
      work_.pop_back();
      cost += 1 + state.same.size() / kFewNames;
      block(std::move(state));
    }
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kMostSteps = 4000;  // of states with few names for the reference
  static constexpr std::size_t kFewNames = 8;

  void block(State state) {
    const Block& block = unit_.blocks[state.block];
    for (std::uint32_t i = state.index; i < block.instrs.count; ++i) {
      const ValueId id = unit_.instr_order[block.instrs.first + i];
      const Instr& instr = unit_.instrs[id];
      if (instr.op == Op::phi) continue;  // done on the edge
      if (id == from_ || ends_(id)) return;
      if (instr.op == Op::out && instr.a == from_) continue;  // what the borrow itself leaves
      if (has(state.same, id)) {
        // Made anew in the next iteration.
        state.same.erase(std::lower_bound(state.same.begin(), state.same.end(), id));
        if (state.same.empty()) return;
      }
      if (!step(state, id, instr)) return;
    }
    if (block.exit == Exit::return_ && block.value != kNone && has(state.same, block.value)) {
      ReferenceUse use;
      use.kind = ReferenceUse::Kind::returned;
      use.block = state.block;
      use.instr = block.instrs.count != 0 ? unit_.instr_order[block.instrs.end() - 1] : from_;
      found(state, use);
      return;
    }
    const int null_side = side_where_gone(state, block);
    for (std::uint32_t s = 0; s < block.succs.count; ++s) {
      if (static_cast<int>(s) == null_side) continue;
      enter(state, unit_.block_lists[block.succs.first + s]);
    }
  }

  /// False where the way ends.
  bool step(State& state, ValueId id, const Instr& instr) {
    ReferenceUse use;
    use.instr = id;
    bool used = false;
    for (const ValueId operand : operands(unit_, instr)) used = used || has(state.same, operand);
    if (used) {
      switch (instr.op) {
        case Op::binary:
        case Op::unary: used = false; break;
        case Op::address:
          add(state.same, id);
          used = false;
          break;
        case Op::store:
          use.kind =
              has(state.same, instr.b) ? ReferenceUse::Kind::store : ReferenceUse::Kind::follow;
          break;
        case Op::load: use.kind = ReferenceUse::Kind::follow; break;
        case Op::call: {
          const rules::CFunction* row = effects_.row(unit_, instr);
          if (row != nullptr && row->act == rules::CAct::AddressOnly) {
            used = false;
            break;
          }
          use.kind = ReferenceUse::Kind::pass;
          for (std::uint32_t i = 0; i < instr.list.count; ++i) {
            if (has(state.same, unit_.value_lists[instr.list.first + i])) use.argument = i;
          }
          if (row != nullptr && row->act == rules::CAct::Incref) {
            use.kind = ReferenceUse::Kind::incref;
            found(state, use);
            return false;
          }
          break;
        }
        default: use.kind = ReferenceUse::Kind::pass; break;
      }
    }
    if (used) found(state, use);
    const Python python = effects_.python(u_, instr);
    if (python == Python::Always && state.sure == 0) state.sure = id;
    if (python == Python::UserType && state.maybe == 0) state.maybe = id;
    return true;
  }

  void found(const State& state, const ReferenceUse& use) {
    for (BorrowedUse& known : out_) {
      if (known.use.instr != use.instr || known.use.kind != use.kind) continue;
      if (known.sure_switch == 0) known.sure_switch = state.sure;
      if (known.maybe_switch == 0) known.maybe_switch = state.maybe;
      return;
    }
    out_.push_back({use, state.sure, state.maybe});
  }

  /// Index of the successor on which the reference is null, or an object that never dies; -1.
  int side_where_gone(const State& state, const Block& block) const {
    if (block.exit != Exit::branch || block.value == kNone || block.succs.count != 2) return -1;
    ValueId value = block.value;
    bool flipped = false;
    for (int step = 0; step < 6; ++step) {
      const Instr& test = unit_.instrs[value];
      // Out-references are only there when the call says so.
      if (value == from_ || has(state.same, value)) return flipped ? 0 : 1;
      if (test.op == Op::unary && test.code == Operator::not_) {
        flipped = !flipped;
        value = test.a;
        continue;
      }
      if (test.op == Op::call && test.list.count != 0 &&
          program_.callee_name(unit_, test) == "__builtin_expect") {
        value = unit_.value_lists[test.list.first];
        continue;
      }
      if (test.op != Op::binary || (test.code != Operator::eq && test.code != Operator::ne)) break;
      const bool left = has(state.same, test.a) || test.a == from_;
      const bool right = has(state.same, test.b) || test.b == from_;
      if (left == right) break;
      const Instr& other = unit_.instrs[left ? test.b : test.a];
      const bool null = other.op == Op::null || (other.op == Op::integer && other.number == 0);
      const bool immortal = other.op == Op::address && root_variable(unit_, other.a) != kNone;
      if (!null && !immortal) break;
      const int equal = test.code == Operator::eq ? 0 : 1;
      return flipped ? 1 - equal : equal;
    }
    return -1;
  }

  void enter(const State& state, BlockId next) {
    State there;
    there.block = next;
    there.sure = state.sure;
    there.maybe = state.maybe;
    const Block& block = unit_.blocks[next];
    Same made;
    Same gone;
    std::vector<std::uint32_t> ways;  // from there: indices of preds
    for (std::uint32_t i = block.instrs.first; i < block.instrs.end(); ++i) {
      const ValueId id = unit_.instr_order[i];
      const Instr& phi = unit_.instrs[id];
      if (phi.op != Op::phi) break;  // they stand first
      if (ways.empty()) ways = ways_between(state.block, block);
      bool same = false;
      for (const std::uint32_t p : ways) {
        same =
            same || (p < phi.list.count && has(state.same, unit_.value_lists[phi.list.first + p]));
      }
      add(same ? made : gone, id);
    }
    for (const ValueId v : state.same) {
      if (!has(gone, v)) add(there.same, v);
    }
    for (const ValueId v : made) add(there.same, v);
    if (there.same.empty()) return;
    const int level = there.sure != 0 ? 2 : there.maybe != 0 ? 1 : 0;
    const auto [known, fresh] = seen_.try_emplace({next, there.same}, level);
    if (!fresh) {
      if (known->second >= level) return;
      known->second = level;
    }
    work_.push_back(std::move(there));
  }

  std::vector<std::uint32_t> ways_between(BlockId from, const Block& to) const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t p = 0; p < to.preds.count; ++p) {
      if (unit_.block_lists[to.preds.first + p] == from) out.push_back(p);
    }
    return out;
  }

  const Program& program_;
  const Effects& effects_;
  const Unit& unit_;
  UnitIndex u_;
  ValueId from_;
  const std::function<bool(ValueId)>& ends_;
  std::vector<State> work_;
  std::map<std::pair<BlockId, Same>, int> seen_;
  std::vector<BorrowedUse> out_;
};

}  // namespace

std::vector<BorrowedUse> uses_while_borrowed(const Program& program, const Effects& effects,
                                             FunctionIndex function, ValueId from, ValueId value,
                                             const std::function<bool(ValueId)>& ends) {
  return Walk(program, effects, function, from, ends).run(value);
}

}  // namespace gilcheck::clang_plugin
