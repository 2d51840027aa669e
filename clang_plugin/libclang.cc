#include "clang_plugin/libclang.h"

#include <dlfcn.h>

namespace gilcheck::clang_plugin {

std::unique_ptr<LibClang> LibClang::open(const std::string& library, std::string& why) {
  // RTLD_LOCAL: a second LLVM in the process must not be found by name. RTLD_LAZY: of its many
  // thousand references a parse uses few.
  void* handle = dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* error = dlerror();  // NOLINT(concurrency-mt-unsafe): a state per thread in glibc
    why = error != nullptr ? error : library + " cannot be opened";
    return nullptr;
  }
  auto lib = std::make_unique<LibClang>();
  const char* missing = nullptr;
#define X_RESOLVE(name)                                                             \
  lib->name = reinterpret_cast<decltype(lib->name)>(dlsym(handle, "clang_" #name)); \
  if (lib->name == nullptr && missing == nullptr) missing = "clang_" #name;
  GILCHECK_LIBCLANG_FUNCTIONS(X_RESOLVE)
#undef X_RESOLVE
  if (missing != nullptr) {
    why = library + " has no " + missing + ": libclang 17 or newer is needed";
    return nullptr;
  }
  return lib;
}

std::string LibClang::text(CXString string) const {
  const char* chars = getCString(string);
  std::string out = chars != nullptr ? chars : "";
  disposeString(string);
  return out;
}

}  // namespace gilcheck::clang_plugin
