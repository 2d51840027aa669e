#include "project/interpreters/carried_file.h"

#include <stdexcept>
#include <string>

#include "project/carried.h"
#include "project/paths.h"

namespace gilcheck::project {

std::string_view carried_file(std::string_view name) {
  for (const auto& file : embedded_files()) {
    if (last_part(file.name) == name) return file.text;
  }
  throw std::logic_error("the program carries no file " + std::string(name));
}

}  // namespace gilcheck::project
