#include "clang_plugin/flow/uses.h"

#include <algorithm>
#include <unordered_set>

namespace gilcheck::clang_plugin {

namespace {

void place_operands(const Unit& unit, PlaceId id, std::vector<ValueId>& out) {
  for (; id != 0; id = unit.places[id].parent) {
    const Place& place = unit.places[id];
    if (place.kind == PlaceKind::deref || place.kind == PlaceKind::index) out.push_back(place.id);
    if (place.kind == PlaceKind::deref || place.kind == PlaceKind::variable) break;
  }
}

}  // namespace

std::vector<ValueId> operands(const Unit& unit, const Instr& instr) {
  std::vector<ValueId> out;
  for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
    out.push_back(unit.value_lists[i]);
  }
  switch (instr.op) {
    case Op::address:
    case Op::load: place_operands(unit, instr.a, out); break;
    case Op::store:
      place_operands(unit, instr.a, out);
      out.push_back(instr.b);
      break;
    case Op::call:
      if (instr.a == kNone) out.push_back(instr.b);
      break;
    case Op::construct:
    case Op::destroy: place_operands(unit, instr.a, out); break;
    case Op::binary:
      out.push_back(instr.a);
      out.push_back(instr.b);
      break;
    case Op::unary:
    case Op::delete_:
    case Op::throw_: out.push_back(instr.a); break;
    default: break;
  }
  return out;
}

Uses::Uses(const Program& program, FunctionIndex function) {
  const Unit& unit = program.unit_of(function);
  const Function& node = program.function(function);
  first_ = node.instrs.first;
  users_.resize(node.instrs.count);
  returns_.resize(node.instrs.count);
  order_.resize(node.instrs.count);
  std::uint32_t count = 0;
  const auto mine = [&](ValueId v) { return v >= first_ && v - first_ < users_.size(); };
  for_each_instr(unit, node, [&](ValueId id) {
    order_[id - first_] = ++count;
    for (const ValueId operand : operands(unit, unit.instrs[id])) {
      if (!mine(operand)) continue;
      auto& users = users_[operand - first_];
      if (users.empty() || users.back() != id) users.push_back(id);
    }
  });
  for (BlockId b = node.blocks.first; b < node.blocks.end(); ++b) {
    const Block& block = unit.blocks[b];
    if (block.exit == Exit::return_ && block.value != kNone && mine(block.value)) {
      returns_[block.value - first_].push_back(b);
    }
  }
}

std::span<const ValueId> Uses::of(ValueId value) const {
  if (value < first_ || value - first_ >= users_.size()) return {};
  return users_[value - first_];
}

std::span<const BlockId> Uses::returns(ValueId value) const {
  if (value < first_ || value - first_ >= returns_.size()) return {};
  return returns_[value - first_];
}

std::vector<ReferenceUse> reference_uses(const Program& program, const Effects& effects,
                                         const Uses& uses, FunctionIndex function, ValueId value,
                                         bool through_alias) {
  const Unit& unit = program.unit_of(function);
  std::vector<ReferenceUse> out;
  std::vector<ValueId> same{value};
  std::unordered_set<ValueId> known{value};
  const auto add_same = [&](ValueId v) {
    if (known.insert(v).second) same.push_back(v);
  };
  for (std::size_t next = 0; next < same.size(); ++next) {
    const ValueId at = same[next];
    for (const ValueId id : uses.of(at)) {
      const Instr& instr = unit.instrs[id];
      ReferenceUse use;
      use.instr = id;
      switch (instr.op) {
        case Op::phi: add_same(id); continue;
        case Op::binary: use.kind = ReferenceUse::Kind::compare; break;
        case Op::unary: use.kind = ReferenceUse::Kind::compare; break;
        case Op::load: use.kind = ReferenceUse::Kind::follow; break;
        case Op::address: {
          // `&object->field`, and `&object->ob_base` as the object itself: only an address yet.
          add_same(id);
          continue;
        }
        case Op::store:
          use.kind = instr.b == at ? ReferenceUse::Kind::store : ReferenceUse::Kind::follow;
          break;
        case Op::call: {
          const rules::CFunction* row = effects.row(unit, instr);
          if (row != nullptr && row->act == rules::CAct::AddressOnly) {
            use.kind = ReferenceUse::Kind::compare;
            break;
          }
          use.kind = ReferenceUse::Kind::pass;
          for (std::uint32_t i = 0; i < instr.list.count; ++i) {
            if (unit.value_lists[instr.list.first + i] == at) use.argument = i;
          }
          if (row != nullptr && row->act == rules::CAct::Incref) {
            use.kind = ReferenceUse::Kind::incref;
            if (through_alias) add_same(id);
          } else if (through_alias && row != nullptr && row->result == rules::CResult::Alias &&
                     row->result_argument >= 0 &&
                     static_cast<std::uint32_t>(row->result_argument) == use.argument) {
            add_same(id);
          }
          break;
        }
        case Op::aggregate:
        case Op::construct:
        case Op::new_: use.kind = ReferenceUse::Kind::pass; break;
        default: use.kind = ReferenceUse::Kind::follow; break;
      }
      out.push_back(use);
    }
    for (const BlockId b : uses.returns(at)) {
      ReferenceUse use;
      use.kind = ReferenceUse::Kind::returned;
      use.block = b;
      const Range instrs = unit.blocks[b].instrs;
      use.instr = instrs.count != 0 ? unit.instr_order[instrs.end() - 1] : at;
      out.push_back(use);
    }
  }
  std::stable_sort(out.begin(), out.end(), [&](const ReferenceUse& a, const ReferenceUse& b) {
    return uses.order(a.instr) < uses.order(b.instr);
  });
  return out;
}

bool depends_on(const Unit& unit, ValueId value, ValueId on, int depth) {
  if (value == on) return true;
  if (depth > 6) return false;
  const Instr& instr = unit.instrs[value];
  if (instr.op == Op::binary) {
    return depends_on(unit, instr.a, on, depth + 1) || depends_on(unit, instr.b, on, depth + 1);
  }
  return instr.op == Op::unary && depends_on(unit, instr.a, on, depth + 1);
}

std::vector<ValueId> made_from(const Unit& unit, ValueId value) {
  constexpr int kDeepest = 7;  // as depends_on
  std::vector<ValueId> out{value};
  std::size_t first = 0;
  for (int depth = 0; depth < kDeepest && first < out.size(); ++depth) {
    const std::size_t end = out.size();
    for (; first < end; ++first) {
      const Instr& instr = unit.instrs[out[first]];
      if (instr.op == Op::binary) {
        out.insert(out.end(), {instr.a, instr.b});
      } else if (instr.op == Op::unary) {
        out.push_back(instr.a);
      }
    }
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
