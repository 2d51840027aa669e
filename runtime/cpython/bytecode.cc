#include "cpython/bytecode.h"

#include "cpython/opcode_tables.h"
#include "opcode_ids.h"

namespace gilcheck::runtime {
namespace {

/// A number of the exception table: six bits a byte, bit 6 says that more follow
/// (Objects/exception_handling_notes.txt).
int read_number(const unsigned char*& at, const unsigned char* end) {
  if (at >= end) return 0;
  int byte = *at++;
  int value = byte & 63;
  while ((byte & 64) != 0 && at < end) {
    byte = *at++;
    value = (value << 6) | (byte & 63);
  }
  return value;
}

bool ends_flow(int opcode) {
  switch (opcode) {
    case RETURN_VALUE:
    case RAISE_VARARGS:
    case RERAISE:
    case JUMP_FORWARD:
    case JUMP_BACKWARD:
    case JUMP_BACKWARD_NO_INTERRUPT:
#ifdef RETURN_CONST
    case RETURN_CONST:
#endif
      return true;
    default: return false;
  }
}

/// The code unit jumped to, -1 for instructions that do not jump. `after`: the unit behind it.
int jump_target(int opcode, int argument, int after) {
  switch (opcode) {
    case JUMP_FORWARD:
    case POP_JUMP_IF_FALSE:
    case POP_JUMP_IF_TRUE:
    case POP_JUMP_IF_NONE:
    case POP_JUMP_IF_NOT_NONE:
    case FOR_ITER:
    case SEND: return after + argument;
    case JUMP_BACKWARD:
    case JUMP_BACKWARD_NO_INTERRUPT: return after - argument;
    default: return -1;
  }
}

}  // namespace

const char* opcode_name(int opcode) {
  const char* name = gilcheck_opcode_name(opcode);
  return name != nullptr ? name : "?";
}

bool is_switch_point(int opcode) {
  switch (opcode) {
    case JUMP_BACKWARD:
    case CALL:
    case CALL_KW:
    case CALL_FUNCTION_EX:
    case SEND:
    case YIELD_VALUE:
    case WITH_EXCEPT_START:
#ifdef BEFORE_WITH
    case BEFORE_WITH:
#endif
      return true;
    default: return false;
  }
}

Bytecode read_bytecode(PyCodeObject* code) {
  Bytecode result;
  PyObject* bytes = PyCode_GetCode(code);
  if (bytes == nullptr) {
    PyErr_Clear();
    result.understood = false;
    return result;
  }
  const auto* raw = reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(bytes));
  const int units = static_cast<int>(PyBytes_GET_SIZE(bytes) / 2);
  result.step_at.assign(static_cast<std::size_t>(units) + 1, -1);
  int argument = 0;
  for (int unit = 0; unit < units;) {
    const int opcode = raw[2 * unit];
    argument = (argument << 8) | raw[(2 * unit) + 1];
    if (opcode == EXTENDED_ARG) {
      result.step_at[static_cast<std::size_t>(unit)] =
          static_cast<std::int32_t>(result.steps.size());
      ++unit;
      continue;
    }
    Bytecode::Step step;
    step.unit = unit;
    step.opcode = opcode;
    step.argument = argument;
    step.popped = gilcheck_popped(opcode, argument);
    result.step_at[static_cast<std::size_t>(unit)] = static_cast<std::int32_t>(result.steps.size());
    unit += 1 + gilcheck_inline_caches(opcode);
    step.target = jump_target(opcode, argument, unit);  // a code unit for now
    result.steps.push_back(step);
    argument = 0;
  }
  Py_DECREF(bytes);

  const auto at_unit = [&](int unit) {
    return unit >= 0 && unit < units ? result.step_at[static_cast<std::size_t>(unit)] : -1;
  };
  const int count = static_cast<int>(result.steps.size());
  for (int i = 0; i < count; ++i) {
    Bytecode::Step& step = result.steps[static_cast<std::size_t>(i)];
    if (step.target >= 0) step.target = at_unit(step.target);
    step.next = ends_flow(step.opcode) || i + 1 >= count ? -1 : i + 1;
  }

  const auto* at =
      reinterpret_cast<const unsigned char*>(PyBytes_AS_STRING(code->co_exceptiontable));
  const auto* const end = at + PyBytes_GET_SIZE(code->co_exceptiontable);
  while (at < end) {
    const int start = read_number(at, end);
    const int size = read_number(at, end);
    const int target = read_number(at, end);
    const int depth = read_number(at, end);
    Bytecode::Handler handler;
    handler.first = at_unit(start);
    handler.last = start + size >= units ? count : at_unit(start + size);
    handler.target = at_unit(target);
    handler.depth = (depth >> 1) + 1 + (depth & 1);
    if (handler.first < 0 || handler.last < 0 || handler.target < 0) continue;
    result.handlers.push_back(handler);
  }

  // Depths along all ways from the entry and the handlers.
  std::vector<int> work;
  const auto reach = [&](int index, int depth) {
    if (index < 0 || depth < 0) return;
    Bytecode::Step& step = result.steps[static_cast<std::size_t>(index)];
    if (step.depth >= 0) return;
    step.depth = depth;
    work.push_back(index);
  };
  reach(0, 0);
  for (const Bytecode::Handler& handler : result.handlers) reach(handler.target, handler.depth);
  while (!work.empty()) {
    const int index = work.back();
    work.pop_back();
    const Bytecode::Step& step = result.steps[static_cast<std::size_t>(index)];
    const auto effect = [&](int jump) {
      const int value = PyCompile_OpcodeStackEffectWithJump(step.opcode, step.argument, jump);
      if (value == PY_INVALID_STACK_EFFECT) result.understood = false;
      return value == PY_INVALID_STACK_EFFECT ? 0 : value;
    };
    const int depth = step.depth;
    if (step.next >= 0) reach(step.next, depth + effect(0));
    if (step.target >= 0) reach(step.target, depth + effect(1));
  }
  return result;
}

}  // namespace gilcheck::runtime
