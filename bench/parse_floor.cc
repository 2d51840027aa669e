// The floor of the speed benchmark: read the files named on standard input and parse each with
// plain tree-sitter on N threads, nothing else. Prints the number of bytes parsed.

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tree_sitter/api.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

extern "C" const TSLanguage* tree_sitter_python(void);

namespace {

struct ParserDeleter {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

TSParser* thread_parser() {
  thread_local std::unique_ptr<TSParser, ParserDeleter> parser;
  if (!parser) {
    parser.reset(ts_parser_new());
    ts_parser_set_language(parser.get(), tree_sitter_python());
  }
  return parser.get();
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t threads = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1;
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  threads == 0 ? 1 : threads);
  std::vector<std::string> paths;
  for (std::string line; std::getline(std::cin, line);) paths.push_back(line);
  std::atomic<std::uint64_t> bytes{0};
  tbb::parallel_for(std::size_t{0}, paths.size(), [&](std::size_t i) {
    std::ifstream file(paths[i], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    TSTree* tree = ts_parser_parse_string(thread_parser(), nullptr, text.data(),
                                          static_cast<std::uint32_t>(text.size()));
    bytes += text.size();
    ts_tree_delete(tree);
  });
  std::cout << bytes << '\n';
}
