#pragma once
// Bytecode as a list of instructions with targets, stack depths and exception handlers.

#include <Python.h>

#include <cstdint>
#include <vector>

namespace gilcheck::runtime {

struct Bytecode {
  struct Step {
    std::int32_t unit = 0;  ///< where it starts, in code units, EXTENDED_ARG not counted
    std::int32_t opcode = 0;
    std::int32_t argument = 0;
    std::int32_t next = -1;    ///< the step after it, -1 if it never goes on there
    std::int32_t target = -1;  ///< the step it can jump to
    std::int32_t depth = -1;   ///< of the stack before it, -1 if it is not reached
    std::int32_t popped = 0;
  };
  struct Handler {
    std::int32_t first = 0;  ///< steps [first, last) are covered
    std::int32_t last = 0;
    std::int32_t target = 0;
    std::int32_t depth = 0;  ///< of the stack at the target
  };
  std::vector<Step> steps;
  std::vector<Handler> handlers;
  std::vector<std::int32_t> step_at;  ///< of each code unit, -1 within an instruction
  bool understood = true;
};

Bytecode read_bytecode(PyCodeObject* code);
const char* opcode_name(int opcode);
/// Whether the eval loop may hand over the GIL at this instruction (KNOWLEDGE: the window model).
bool is_switch_point(int opcode);

}  // namespace gilcheck::runtime
