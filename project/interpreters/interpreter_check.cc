#include "project/interpreters/interpreter_check.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

#include "project/file_reader.h"
#include "project/interpreters/build_needs.h"
#include "project/interpreters/carried_file.h"
#include "project/paths.h"
#include "project/run_program.h"
#include "project/temporary_directory.h"

namespace gilcheck::project {

namespace {

constexpr int kSeconds = 60;
constexpr const char* kSource = "extension_check.c";

}  // namespace

std::string try_extension(const InterpreterFacts& facts) {
  if (!facts.headers) return "no headers";
  if (!facts.internal_headers) return "no internal headers";
  const std::string compiler = build_compiler(ManagedName{});
  if (compiler.empty()) return "no C compiler";
  const TemporaryDirectory directory;
  if (directory.path().empty()) return "no temporary directory";
  const std::string source = join(directory.path(), kSource);
  if (!write_file_atomically(source, carried_file(kSource)).empty()) {
    return "the temporary directory cannot be written";
  }
  const std::string library = join(directory.path(), "extension_check" + facts.extension_suffix);
  std::vector<std::string> compile = {compiler, "-shared", "-fPIC", "-I", facts.include};
  if (facts.platinclude != facts.include) compile.insert(compile.end(), {"-I", facts.platinclude});
  if (facts.free_threaded) compile.emplace_back("-DPy_GIL_DISABLED=1");
  compile.insert(compile.end(), {source, "-o", library});
  if (!output_of(compile, kSeconds)) return "an extension does not compile";
  const auto said = output_of({facts.executable, "-I", "-c",
                               "import sys; sys.path.insert(0, sys.argv[1]); "
                               "import extension_check; print(extension_check.__name__)",
                               directory.path()},
                              kSeconds);
  return said == "extension_check\n" ? "" : "an extension does not load";
}

}  // namespace gilcheck::project
