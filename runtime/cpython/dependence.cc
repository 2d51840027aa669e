#include "cpython/dependence.h"

#include "opcode_ids.h"

#include <algorithm>
#include <deque>

namespace gilcheck::runtime {
namespace {

using Index = std::size_t;

/// A bit that stands for no read: the value is an argument of the function, as it came.
constexpr Index kArgument = kMostReads;

struct State {
  std::vector<Reads> locals, stack;

  bool join(const State& other) {
    bool changed = false;
    const auto merge = [&](std::vector<Reads>& mine, const std::vector<Reads>& theirs) {
      if (mine.size() < theirs.size()) mine.resize(theirs.size());
      for (Index i = 0; i < theirs.size(); ++i) {
        const Reads both = mine[i] | theirs[i];
        if (both == mine[i]) continue;
        mine[i] = both;
        changed = true;
      }
    };
    merge(locals, other.locals);
    merge(stack, other.stack);
    return changed;
  }
};

class Analysis {
 public:
  Analysis(PyCodeObject* code, const Bytecode& bytecode, const std::vector<int>& numbers)
      : code_(code), bytecode_(bytecode), numbers_(numbers) {
    result_.data.resize(bytecode.steps.size());
    result_.control.resize(bytecode.steps.size());
    conditions_.resize(bytecode.steps.size());
    before_.resize(bytecode.steps.size());
    seen_.resize(bytecode.steps.size());
    result_.argument.resize(bytecode.steps.size());
  }

  Dependence run() {
    flow();
    blocks();
    control();
    return std::move(result_);
  }

 private:
  void enter(Index index, const State& state) {
    if (seen_[index]) {
      if (!before_[index].join(state)) return;
    } else {
      before_[index] = state;
      seen_[index] = true;
    }
    if (std::ranges::find(work_, index) == work_.end()) work_.push_back(index);
  }

  /// One step's effect. Straight code is followed here, so that states are kept where ways meet
  /// only.
  void step(Index index, State& state) {
    const Bytecode::Step& step = bytecode_.steps[index];
    auto& stack = state.stack;
    auto& locals = state.locals;
    const auto pop = [&] {
      if (stack.empty()) return Reads();
      const Reads top = stack.back();
      stack.pop_back();
      return top;
    };
    const auto local = [&](int number) -> Reads& {
      const auto place = static_cast<Index>(number);
      if (place >= locals.size()) locals.resize(place + 1);
      return locals[place];
    };
    switch (step.opcode) {
      case LOAD_FAST:
      case LOAD_FAST_CHECK:
#ifdef LOAD_FAST_BORROW
      case LOAD_FAST_BORROW:
#endif
        stack.push_back(local(step.argument));
        return;
      case LOAD_FAST_AND_CLEAR:
        stack.push_back(local(step.argument));
        local(step.argument).reset();
        return;
      case LOAD_FAST_LOAD_FAST:
#ifdef LOAD_FAST_BORROW_LOAD_FAST_BORROW
      case LOAD_FAST_BORROW_LOAD_FAST_BORROW:
#endif
        stack.push_back(local(step.argument >> 4));
        stack.push_back(local(step.argument & 15));
        return;
      case STORE_FAST: local(step.argument) = pop(); return;
      case STORE_FAST_LOAD_FAST:
        local(step.argument >> 4) = pop();
        stack.push_back(local(step.argument & 15));
        return;
      case STORE_FAST_STORE_FAST:
        local(step.argument >> 4) = pop();
        local(step.argument & 15) = pop();
        return;
      case DELETE_FAST: local(step.argument).reset(); return;
      case COPY:
        stack.push_back(stack.size() >= static_cast<Index>(step.argument)
                            ? stack[stack.size() - static_cast<Index>(step.argument)]
                            : Reads());
        return;
      case SWAP:
        if (stack.size() >= static_cast<Index>(step.argument) && step.argument > 0) {
          std::swap(stack.back(), stack[stack.size() - static_cast<Index>(step.argument)]);
        }
        return;
      default: break;
    }
    Reads taken;
    Reads deepest;
    for (int i = 0; i < step.popped; ++i) taken |= deepest = pop();
    // Only the value itself: what is made from an argument may be made the same way elsewhere.
    taken.reset(kArgument);
    result_.data[index] |= taken;
    switch (step.opcode) {
      case STORE_ATTR:
      case STORE_SUBSCR:
      case STORE_GLOBAL: result_.argument[index] = deepest[kArgument]; break;
      default: break;
    }
    switch (step.opcode) {
      case POP_JUMP_IF_FALSE:
      case POP_JUMP_IF_TRUE:
      case POP_JUMP_IF_NONE:
      case POP_JUMP_IF_NOT_NONE: conditions_[index] |= taken; break;
      default: break;
    }
    const int number = numbers_[index];
    Reads made = taken;
    if (number >= 0) made.set(static_cast<Index>(number));
    const int effect = PyCompile_OpcodeStackEffectWithJump(step.opcode, step.argument, 0);
    const int pushed = effect == PY_INVALID_STACK_EFFECT ? 0 : effect + step.popped;
    for (int i = 0; i < pushed; ++i) stack.push_back(made);
  }

  void flow() {
    if (bytecode_.steps.empty()) return;
    std::vector<bool> meeting(bytecode_.steps.size());
    for (const Bytecode::Step& step : bytecode_.steps) {
      if (step.target >= 0) meeting[static_cast<Index>(step.target)] = true;
    }
    for (const Bytecode::Handler& handler : bytecode_.handlers) {
      meeting[static_cast<Index>(handler.target)] = true;
      meeting[static_cast<Index>(handler.first)] = true;
    }
    State entry;
    entry.locals.resize(static_cast<Index>(code_->co_argcount + code_->co_kwonlyargcount));
    for (Index i = 0; i < entry.locals.size(); ++i) entry.locals[i].set(kArgument);
    enter(0, entry);
    // Each state grows with each visit, so this ends; the bound is for what is not foreseen.
    std::size_t visits = 0;
    while (!work_.empty() && visits++ < 200'000) {
      Index index = work_.front();
      work_.pop_front();
      State state = before_[index];
      while (true) {
        for (const Bytecode::Handler& handler : bytecode_.handlers) {
          if (static_cast<int>(index) < handler.first || static_cast<int>(index) >= handler.last)
            continue;
          if (static_cast<int>(index) != handler.first && !stores(index)) continue;
          State there = state;
          there.stack.resize(static_cast<Index>(handler.depth));
          enter(static_cast<Index>(handler.target), there);
        }
        step(index, state);
        const Bytecode::Step& now = bytecode_.steps[index];
        if (now.target >= 0) {
          State there = state;
          const int depth = bytecode_.steps[static_cast<Index>(now.target)].depth;
          if (depth >= 0) there.stack.resize(static_cast<Index>(depth));
          enter(static_cast<Index>(now.target), there);
        }
        if (now.next < 0) break;
        index = static_cast<Index>(now.next);
        if (meeting[index]) {
          enter(index, state);
          break;
        }
      }
    }
  }

  [[nodiscard]] bool stores(Index index) const {
    switch (bytecode_.steps[index].opcode) {
      case STORE_FAST:
      case STORE_FAST_LOAD_FAST:
      case STORE_FAST_STORE_FAST: return true;
      default: return false;
    }
  }

  // ---- control dependence, over basic blocks: Ferrante, Ottenstein and Warren, TOPLAS 1987.

  struct Block {
    Index first = 0, last = 0;  ///< steps, inclusive
    std::vector<Index> next;
  };

  void blocks() {
    const auto& steps = bytecode_.steps;
    std::vector<bool> leads(steps.size() + 1);
    leads[0] = true;
    for (Index i = 0; i < steps.size(); ++i) {
      if (steps[i].target >= 0) leads[static_cast<Index>(steps[i].target)] = true;
      if (steps[i].target >= 0 || steps[i].next < 0) leads[i + 1] = true;
    }
    for (const Bytecode::Handler& handler : bytecode_.handlers)
      leads[static_cast<Index>(handler.target)] = true;
    block_of_.resize(steps.size());
    for (Index i = 0; i < steps.size(); ++i) {
      if (leads[i]) blocks_.push_back({i, i, {}});
      blocks_.back().last = i;
      block_of_[i] = blocks_.size() - 1;
    }
    for (Block& block : blocks_) {
      const Bytecode::Step& last = steps[block.last];
      if (last.next >= 0) block.next.push_back(block_of_[static_cast<Index>(last.next)]);
      if (last.target >= 0) block.next.push_back(block_of_[static_cast<Index>(last.target)]);
    }
  }

  void control() {
    const Index count = blocks_.size();
    constexpr Index kMostBlocks = 600;  // quadratic below
    if (count == 0 || count > kMostBlocks) return;
    // after[b]: the blocks on every way from b to an exit, b included.
    std::vector<std::vector<bool>> after(count, std::vector<bool>(count, true));
    for (Index b = 0; b < count; ++b) {
      if (blocks_[b].next.empty()) {
        after[b].assign(count, false);
        after[b][b] = true;
      }
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (Index b = count; b-- > 0;) {
        if (blocks_[b].next.empty()) continue;
        std::vector<bool> all = after[blocks_[b].next[0]];
        for (Index n = 1; n < blocks_[b].next.size(); ++n) {
          const auto& other = after[blocks_[b].next[n]];
          for (Index i = 0; i < count; ++i) all[i] = all[i] && other[i];
        }
        all[b] = true;
        if (all != after[b]) {
          after[b] = std::move(all);
          changed = true;
        }
      }
    }
    std::vector<Reads> decided(count);
    std::vector<std::vector<Index>> deciders(count);
    for (Index b = 0; b < count; ++b) {
      if (blocks_[b].next.size() < 2) continue;
      result_.deciding |= conditions_[blocks_[b].last];
      for (const Index successor : blocks_[b].next) {
        for (Index i = 0; i < count; ++i) {
          if (after[successor][i] && (i == b || !after[b][i])) deciders[i].push_back(b);
        }
      }
    }
    // What a handler does depends on what could fail before it.
    for (const Bytecode::Handler& handler : bytecode_.handlers) {
      Reads covered;
      for (int i = handler.first; i < handler.last; ++i) {
        const int number = numbers_[static_cast<Index>(i)];
        if (number >= 0) covered.set(static_cast<Index>(number));
      }
      std::vector<bool> inside(count);
      std::vector<Index> work{block_of_[static_cast<Index>(handler.target)]};
      while (!work.empty()) {
        const Index b = work.back();
        work.pop_back();
        if (inside[b]) continue;
        inside[b] = true;
        for (const Index n : blocks_[b].next) work.push_back(n);
      }
      const std::vector<bool> normal = reachable_without(handler);
      for (Index b = 0; b < count; ++b) {
        if (inside[b] && !normal[b]) decided[b] |= covered;
      }
    }
    // What comes behind a loop is reached because the loop's condition no longer holds.
    std::vector<std::vector<bool>> reach(count);
    for (Index b = 0; b < count; ++b) {
      if (blocks_[b].next.size() >= 2 && conditions_[blocks_[b].last].any()) reach[b] = reached(b);
    }
    for (Index b = 0; b < count; ++b) {
      if (reach[b].empty() || !reach[b][b]) continue;
      for (const Index exit : blocks_[b].next) {
        const std::vector<bool> behind = reached(exit);
        if (exit == b || behind[b]) continue;
        deciders[exit].push_back(b);
        for (Index i = 0; i < count; ++i) {
          if (behind[i]) deciders[i].push_back(b);
        }
      }
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (Index b = 0; b < count; ++b) {
        Reads all = decided[b];
        for (const Index d : deciders[b]) all |= conditions_[blocks_[d].last] | decided[d];
        if (all == decided[b]) continue;
        decided[b] = all;
        changed = true;
      }
    }
    for (Index i = 0; i < bytecode_.steps.size(); ++i) result_.control[i] = decided[block_of_[i]];
  }

  /// The blocks that come after `from`, itself if it lies in a loop.
  [[nodiscard]] std::vector<bool> reached(Index from) const {
    std::vector<bool> seen(blocks_.size());
    std::vector<Index> work(blocks_[from].next);
    while (!work.empty()) {
      const Index b = work.back();
      work.pop_back();
      if (seen[b]) continue;
      seen[b] = true;
      for (const Index n : blocks_[b].next) work.push_back(n);
    }
    return seen;
  }

  [[nodiscard]] std::vector<bool> reachable_without(const Bytecode::Handler& left_out) const {
    std::vector<bool> reached(blocks_.size());
    std::vector<Index> work{0};
    for (const Bytecode::Handler& handler : bytecode_.handlers) {
      if (handler.target != left_out.target && handler.first < left_out.first) {
        work.push_back(block_of_[static_cast<Index>(handler.target)]);
      }
    }
    while (!work.empty()) {
      const Index b = work.back();
      work.pop_back();
      if (reached[b]) continue;
      reached[b] = true;
      for (const Index n : blocks_[b].next) work.push_back(n);
    }
    return reached;
  }

  PyCodeObject* code_;
  const Bytecode& bytecode_;
  const std::vector<int>& numbers_;
  Dependence result_;
  std::vector<Reads> conditions_;
  std::vector<State> before_;
  std::vector<bool> seen_;
  std::deque<Index> work_;
  std::vector<Block> blocks_;
  std::vector<Index> block_of_;
};

}  // namespace

Dependence dependence_of(PyCodeObject* code, const Bytecode& bytecode,
                         const std::vector<int>& read_number) {
  return Analysis(code, bytecode, read_number).run();
}

}  // namespace gilcheck::runtime
