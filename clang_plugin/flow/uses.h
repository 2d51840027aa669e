#pragma once
// Which instructions use each value of a function, and what becomes of an object reference: the
// values that are the same object, and the uses that need the object to be alive.
//
// Thread contract: immutable once built; concurrent reads are safe.

#include <span>
#include <vector>

#include "clang_plugin/flow/effects.h"
#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

class Uses {
 public:
  Uses(const Program& program, FunctionIndex function);

  /// Instructions that have a value as an operand, also as the pointer of a place.
  std::span<const ValueId> of(ValueId value) const;
  /// Blocks that end by returning the value.
  std::span<const BlockId> returns(ValueId value) const;
  /// A number that grows in program order.
  std::uint32_t order(ValueId instr) const {
    return instr < first_ || instr - first_ >= order_.size() ? 0 : order_[instr - first_];
  }

 private:
  ValueId first_ = 0;
  std::vector<std::vector<ValueId>> users_;
  std::vector<std::vector<BlockId>> returns_;
  std::vector<std::uint32_t> order_;
};

/// One thing that is done with a reference.
struct ReferenceUse {
  enum class Kind : std::uint8_t {
    compare,   ///< its address is compared: the object may be gone
    incref,    ///< a reference of its own is taken
    follow,    ///< the object's memory is read or written
    pass,      ///< argument of a call
    store,     ///< kept in memory
    returned,  ///< given to the caller
  };
  Kind kind = Kind::follow;
  ValueId instr = 0;           ///< `returned`: the last instruction before the return
  BlockId block = 0;           ///< `returned`
  std::uint32_t argument = 0;  ///< `pass`
};

/// The uses of a value and of the variables it is assigned to, in program order. `through_alias`:
/// also of what Py_NewRef and its like return for it.
std::vector<ReferenceUse> reference_uses(const Program& program, const Effects& effects,
                                         const Uses& uses, FunctionIndex function, ValueId value,
                                         bool through_alias = false);

/// Operands of an instruction that are values, with the pointers its place goes through.
std::vector<ValueId> operands(const Unit& unit, const Instr& instr);

/// Whether a value is computed from another by operators, within few steps.
bool depends_on(const Unit& unit, ValueId value, ValueId on, int depth = 0);
/// The values that one is computed from, which `depends_on` is true of; itself is the first.
std::vector<ValueId> made_from(const Unit& unit, ValueId value);

}  // namespace gilcheck::clang_plugin
