#include <string>
#include <vector>

#include "cli/program.h"

int main(int argc, char** argv) {
  return static_cast<int>(gilcheck::cli::run({argv, argv + argc}));
}
