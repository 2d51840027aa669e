#include "cpython/opcode_tables.h"

#include <Python.h>

#define Py_BUILD_CORE 1
#define NEED_OPCODE_METADATA 1
#include "internal/pycore_opcode_metadata.h"

int gilcheck_popped(int opcode, int argument) { return _PyOpcode_num_popped(opcode, argument); }

int gilcheck_inline_caches(int opcode) { return _PyOpcode_Caches[opcode & 255]; }

const char* gilcheck_opcode_name(int opcode) {
  return opcode >= 0 && opcode < 256 ? _PyOpcode_OpName[opcode] : 0;
}
