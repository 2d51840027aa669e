#include "clang_plugin/frontend/ssa.h"

#include <algorithm>

namespace gilcheck::clang_plugin {

Ssa::Ssa(Unit& unit)
    : unit_(unit),
      first_instr_(static_cast<std::uint32_t>(unit.instrs.size())),
      first_place_(static_cast<std::uint32_t>(unit.places.size())) {
  current_ = block();
  seal(current_);
}

BlockId Ssa::block() {
  blocks_.emplace_back();
  return static_cast<BlockId>(blocks_.size() - 1);
}

ValueId Ssa::resolve(ValueId value) const {
  for (auto found = replaced_.find(value); found != replaced_.end();
       found = replaced_.find(value)) {
    value = found->second;
  }
  return value;
}

ValueId Ssa::emit(Instr instr) {
  const auto id = static_cast<ValueId>(unit_.instrs.size());
  instr.block = current_;
  unit_.instrs.push_back(instr);
  blocks_[current_].instrs.push_back(id);
  return id;
}

ValueId Ssa::emit(Instr instr, const std::vector<ValueId>& list) {
  instr.list = {static_cast<std::uint32_t>(unit_.value_lists.size()),
                static_cast<std::uint32_t>(list.size())};
  unit_.value_lists.insert(unit_.value_lists.end(), list.begin(), list.end());
  return emit(instr);
}

// ---------------------------------------------------------------- exits

void Ssa::link(BlockId from, BlockId to) {
  // What follows a return or goto is reached by labels only: as a predecessor it would spoil the
  // phis of what comes next.
  if (from != 0 && blocks_[from].sealed && blocks_[from].preds.empty()) return;
  blocks_[from].succs.push_back(to);
  auto& preds = blocks_[to].preds;
  if (std::find(preds.begin(), preds.end(), from) == preds.end()) preds.push_back(from);
}

void Ssa::end(Exit exit, ValueId value, Pos pos) {
  Draft& draft = blocks_[current_];
  draft.exit = exit;
  draft.value = value;
  draft.pos = pos;
  draft.ended = true;
}

void Ssa::jump(BlockId to, Pos pos) {
  if (!open()) return;
  end(Exit::jump, kNone, pos);
  link(current_, to);
}

void Ssa::branch(ValueId condition, BlockId if_true, BlockId if_false, Pos pos) {
  if (!open()) return;
  if (if_true == if_false) return jump(if_true, pos);
  const Instr& test = unit_.instrs[resolve(condition)];
  if (test.op == Op::integer) return jump(test.number != 0 ? if_true : if_false, pos);
  if (test.op == Op::null) return jump(if_false, pos);
  end(Exit::branch, condition, pos);
  if (condition >= first_instr_) unit_.instrs[condition].flags |= kFlagTest;
  link(current_, if_true);
  link(current_, if_false);
}

void Ssa::switch_(ValueId value, const std::vector<BlockId>& targets,
                  const std::vector<std::int64_t>& values, Pos pos) {
  if (!open()) return;
  end(Exit::switch_, value, pos);
  blocks_[current_].case_values = values;
  for (const BlockId target : targets) link(current_, target);
}

void Ssa::scatter(const std::vector<BlockId>& targets, Pos pos) {
  if (!open()) return;
  end(targets.empty() ? Exit::unreachable : Exit::switch_, 0, pos);
  for (const BlockId target : targets) link(current_, target);
}

void Ssa::return_(ValueId value, Pos pos) {
  if (open()) end(Exit::return_, value, pos);
}

void Ssa::unreachable(Pos pos) {
  if (open()) end(Exit::unreachable, kNone, pos);
}

// ---------------------------------------------------------------- variables

namespace {
std::uint64_t at(VarId variable, BlockId block) {
  return (static_cast<std::uint64_t>(variable) << 32U) | block;
}
}  // namespace

void Ssa::write(VarId variable, BlockId block, ValueId value) {
  definitions_[at(variable, block)] = value;
}

ValueId Ssa::new_phi(BlockId block, TypeId type, Pos pos) {
  const auto id = static_cast<ValueId>(unit_.instrs.size());
  Instr instr;
  instr.op = Op::phi;
  instr.type = type;
  instr.block = block;
  instr.pos = pos;
  unit_.instrs.push_back(instr);
  blocks_[block].phis.push_back(id);
  auto phi = std::make_unique<Phi>();
  phi->block = block;
  phis_.emplace(id, std::move(phi));
  return id;
}

ValueId Ssa::read(VarId variable, BlockId block, TypeId type) {
  // A chain of single predecessors is walked, not recursed: functions can have very many blocks.
  std::vector<BlockId> chain;
  ValueId value = kNone;
  for (BlockId b = block;;) {
    if (const auto found = definitions_.find(at(variable, b)); found != definitions_.end()) {
      value = resolve(found->second);
      break;
    }
    Draft& draft = blocks_[b];
    if (!draft.sealed) {
      value = new_phi(b, type);
      blocks_[b].incomplete.emplace_back(variable, value);
      write(variable, b, value);
      break;
    }
    if (draft.preds.empty()) {
      value = 0;
      break;
    }
    if (draft.preds.size() > 1) {
      value = new_phi(b, type);
      write(variable, b, value);
      value = complete(variable, value, type);
      write(variable, b, value);
      break;
    }
    chain.push_back(b);
    b = draft.preds.front();
    if (chain.size() > blocks_.size()) {
      value = 0;
      break;
    }
  }
  for (const BlockId b : chain) write(variable, b, value);
  return value;
}

ValueId Ssa::complete(VarId variable, ValueId phi, TypeId type) {
  const std::vector<BlockId> preds = blocks_[phis_.at(phi)->block].preds;
  phis_.at(phi)->operands.reserve(preds.size());
  for (const BlockId pred : preds) {
    const ValueId value = read(variable, pred, type);
    phis_.at(phi)->operands.emplace_back(pred, value);
    if (const auto other = phis_.find(value); other != phis_.end()) {
      other->second->users.push_back(phi);
    }
  }
  return simplify(phi);
}

ValueId Ssa::simplify(ValueId phi) {
  const auto found = phis_.find(phi);
  if (found == phis_.end()) return resolve(phi);
  Phi& of = *found->second;
  if (of.same != kNone) of.same = resolve(of.same);
  if (of.same == phi) of.same = kNone;
  for (; of.compared < of.operands.size(); ++of.compared) {
    const ValueId value = resolve(of.operands[of.compared].second);
    if (value == of.same || value == phi) continue;
    if (of.same != kNone) return phi;
    of.same = value;
  }
  ValueId same = of.same;
  if (same == kNone) same = 0;
  const std::vector<ValueId> users = std::move(found->second->users);
  replaced_[phi] = same;
  std::erase(blocks_[found->second->block].phis, phi);
  phis_.erase(phi);
  if (const auto other = phis_.find(same); other != phis_.end()) {
    auto& more = other->second->users;
    more.insert(more.end(), users.begin(), users.end());
  }
  for (const ValueId user : users) {
    if (user != phi && phis_.find(user) != phis_.end()) simplify(user);
  }
  return resolve(phi);
}

void Ssa::seal(BlockId block) {
  Draft& draft = blocks_[block];
  if (draft.sealed) return;
  draft.sealed = true;
  const auto incomplete = std::move(draft.incomplete);
  for (const auto& [variable, phi] : incomplete) {
    complete(variable, phi, unit_.instrs[phi].type);
  }
}

ValueId Ssa::join(TypeId type, const std::vector<std::pair<BlockId, ValueId>>& values, Pos pos) {
  if (values.empty()) return 0;
  if (values.size() == 1) return values.front().second;
  const ValueId phi = new_phi(current_, type, pos);
  for (const auto& [block, value] : values) {
    phis_.at(phi)->operands.emplace_back(block, value);
    if (const auto other = phis_.find(resolve(value)); other != phis_.end()) {
      other->second->users.push_back(phi);
    }
  }
  return phi;
}

PlaceId Ssa::place(Place place) {
  if (place.kind == PlaceKind::deref || place.kind == PlaceKind::index) {
    place.id = resolve(place.id);
  }
  const auto [found, fresh] =
      places_.emplace(key(place), static_cast<PlaceId>(unit_.places.size()));
  if (fresh) unit_.places.push_back(place);
  return found->second;
}

// ---------------------------------------------------------------- the end

void Ssa::finish(Function& function) {
  for (BlockId b = 0; b < blocks_.size(); ++b) seal(b);
  for (Draft& draft : blocks_) {
    if (!draft.ended) draft.exit = Exit::unreachable;
  }

  // Blocks that can be reached, in the order they were made.
  std::vector<BlockId> number(blocks_.size(), kNone);
  std::vector<BlockId> work{0};
  number[0] = 0;
  while (!work.empty()) {
    const BlockId b = work.back();
    work.pop_back();
    for (const BlockId next : blocks_[b].succs) {
      if (number[next] != kNone) continue;
      number[next] = 0;
      work.push_back(next);
    }
  }
  const auto base = static_cast<BlockId>(unit_.blocks.size());
  BlockId count = 0;
  for (BlockId& n : number) {
    if (n != kNone) n = base + count++;
  }

  // Places name values: those that were replaced make places equal that were not.
  std::vector<PlaceId> place_of(unit_.places.size() - first_place_);
  std::vector<Place> old(unit_.places.begin() + first_place_, unit_.places.end());
  unit_.places.resize(first_place_);
  places_.clear();
  const auto moved = [&](PlaceId id) {
    return id < first_place_ ? id : place_of[id - first_place_];
  };
  for (std::size_t i = 0; i < old.size(); ++i) {
    Place p = old[i];
    p.parent = moved(p.parent);
    place_of[i] = place(p);
  }

  for (std::uint32_t v = first_instr_; v < unit_.instrs.size(); ++v) {
    Instr& instr = unit_.instrs[v];
    if (replaced_.contains(v) || number[instr.block] == kNone) {
      instr = {};
      continue;
    }
    switch (instr.op) {
      case Op::address:
      case Op::load: instr.a = moved(instr.a); break;
      case Op::store:
        instr.a = moved(instr.a);
        instr.b = resolve(instr.b);
        break;
      case Op::construct: instr.a = moved(instr.a); break;
      case Op::destroy:
        instr.a = moved(instr.a);
        instr.b = resolve(instr.b);
        break;
      case Op::call:
        if (instr.a == kNone) instr.b = resolve(instr.b);
        break;
      case Op::binary:
        instr.a = resolve(instr.a);
        instr.b = resolve(instr.b);
        break;
      case Op::unary:
      case Op::out:
      case Op::delete_:
      case Op::throw_: instr.a = resolve(instr.a); break;
      default: break;
    }
    for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
      unit_.value_lists[i] = resolve(unit_.value_lists[i]);
    }
    instr.block = number[instr.block];
  }

  function.places = {first_place_, static_cast<std::uint32_t>(unit_.places.size()) - first_place_};
  function.instrs = {first_instr_, static_cast<std::uint32_t>(unit_.instrs.size()) - first_instr_};
  function.blocks = {base, count};
  unit_.blocks.resize(base + count);
  std::vector<ValueId> coming(blocks_.size(), 0);  // by predecessor: a phi's operand
  for (BlockId b = 0; b < blocks_.size(); ++b) {
    if (number[b] == kNone) continue;
    Draft& draft = blocks_[b];
    Block out;
    out.exit = draft.exit;
    out.value = draft.value == kNone ? kNone : resolve(draft.value);
    out.exit_pos = draft.pos;
    std::vector<BlockId> preds;
    for (const BlockId pred : draft.preds) {
      if (number[pred] != kNone) preds.push_back(pred);
    }
    out.instrs.first = static_cast<std::uint32_t>(unit_.instr_order.size());
    for (const ValueId phi : draft.phis) {
      Instr& instr = unit_.instrs[phi];
      instr.list.first = static_cast<std::uint32_t>(unit_.value_lists.size());
      instr.list.count = static_cast<std::uint32_t>(preds.size());
      for (const auto& [from, operand] : phis_.at(phi)->operands) coming[from] = operand;
      for (const BlockId pred : preds) {
        const ValueId value = coming[pred];
        unit_.value_lists.push_back(value == 0 ? 0 : resolve(value));
      }
      for (const auto& [from, operand] : phis_.at(phi)->operands) coming[from] = 0;
      unit_.instr_order.push_back(phi);
    }
    unit_.instr_order.insert(unit_.instr_order.end(), draft.instrs.begin(), draft.instrs.end());
    out.instrs.count = static_cast<std::uint32_t>(unit_.instr_order.size()) - out.instrs.first;
    out.succs = {static_cast<std::uint32_t>(unit_.block_lists.size()),
                 static_cast<std::uint32_t>(draft.succs.size())};
    for (const BlockId next : draft.succs) unit_.block_lists.push_back(number[next]);
    out.preds = {static_cast<std::uint32_t>(unit_.block_lists.size()),
                 static_cast<std::uint32_t>(preds.size())};
    for (const BlockId pred : preds) unit_.block_lists.push_back(number[pred]);
    out.case_values = {static_cast<std::uint32_t>(unit_.numbers.size()),
                       static_cast<std::uint32_t>(draft.case_values.size())};
    unit_.numbers.insert(unit_.numbers.end(), draft.case_values.begin(), draft.case_values.end());
    unit_.blocks[number[b]] = out;
  }
}

}  // namespace gilcheck::clang_plugin
