#include "clang_plugin/libclang.h"

#include <dlfcn.h>

namespace gilcheck::clang_plugin {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

}  // namespace

std::unique_ptr<LibClang> LibClang::open(const std::string& library, std::string& why) {
  // RTLD_LOCAL: a second LLVM in the process must not be found by name. RTLD_LAZY: of its many
  // thousand references a parse uses few. RTLD_DEEPBIND: the rest is looked for in its own
  // libraries first, where it is. The sanitizers replace functions by being found first.
  int mode = RTLD_LAZY | RTLD_LOCAL;
#ifdef RTLD_DEEPBIND
  if (!kSanitized) mode |= RTLD_DEEPBIND;
#endif
  void* handle = dlopen(library.c_str(), mode);
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
    why = library + " has no " + missing + ": libclang 18 or 19 is needed";
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
