#pragma once
// The interpreter's tables about opcodes, in C: their initialisers are not C++.

#ifdef __cplusplus
extern "C" {
#endif

int gilcheck_popped(int opcode, int argument);
int gilcheck_inline_caches(int opcode);
const char* gilcheck_opcode_name(int opcode);

#ifdef __cplusplus
}
#endif
