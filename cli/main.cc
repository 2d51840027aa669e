#include <string>
#include <vector>

#include "cli/program.h"
#include "project/c/parse_protocol.h"
#include "project/c/parse_worker.h"

int main(int argc, char** argv) {
  // Not a command for people: how the program starts itself to parse C sources.
  if (argc == 2 && argv[1] == gilcheck::project::kParseWorkerCommand) {
    return gilcheck::project::run_parse_worker();
  }
  return static_cast<int>(gilcheck::cli::run({argv, argv + argc}));
}
