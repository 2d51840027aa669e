// The floor under the C pass: libclang parses one translation unit and nothing is visited.
//
//   bench_c_parse_floor DIR FILE PCH ARG...

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "clang_plugin/libclang.h"

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const char* named = std::getenv("BENCH_LIBCLANG");  // NOLINT(concurrency-mt-unsafe): one thread
  std::string why;
  const auto lib =
      gilcheck::clang_plugin::LibClang::open(named != nullptr ? named : "libclang-19.so.1", why);
  if (!lib) {
    std::fputs((why + "\n").c_str(), stderr);
    return 2;
  }
  std::vector<std::string> words(argv + 4, argv + argc);
  words.push_back("-working-directory=" + std::string(argv[1]));
  const std::string pch = argv[3];
  if (!pch.empty()) {
    words.emplace_back("-include-pch");
    words.push_back(pch);
  }
  words.emplace_back("-w");
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  const CXIndex index = lib->createIndex(1, 0);
  CXTranslationUnit unit = nullptr;
  const CXErrorCode code = lib->parseTranslationUnit2(index, argv[2], arguments.data(),
                                                      static_cast<int>(arguments.size()), nullptr,
                                                      0, CXTranslationUnit_KeepGoing, &unit);
  // As a worker ends: without destructors.
  std::_Exit(code == CXError_Success && unit != nullptr ? 0 : 1);
}
