#include "project/c/python_words.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>
#include <utility>

#include "project/file_reader.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestHeader = 4U << 20U;

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

}  // namespace

PythonWords::PythonWords(std::vector<std::string> directories)
    : directories_(std::move(directories)) {}

bool PythonWords::may_matter(const std::string& name) {
  // Reserved names belong to the C library, whose headers Python.h includes too.
  if (name.empty() || name.front() == '_' || name == "NDEBUG") return true;
  if (!std::exchange(read_, true)) {
    for (const auto& directory : directories_) {
      std::error_code error;
      for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end;
           it.increment(error)) {
        if (it.depth() > 3) it.disable_recursion_pending();
        if (it->path().extension() != ".h") continue;
        const ReadResult file = read_regular_file(it->path().string(), kLargestHeader);
        const std::string& text = file.bytes;
        for (std::size_t i = 0; i < text.size();) {
          std::size_t end_of_word = i;
          while (end_of_word < text.size() && is_name_character(text[end_of_word])) ++end_of_word;
          if (end_of_word > i) words_.emplace(text, i, end_of_word - i);
          i = end_of_word + 1;
        }
      }
    }
  }
  return words_.contains(name);
}

bool can_precompile(const PythonPreamble& preamble, PythonWords& words) {
  return preamble.simple && std::none_of(preamble.names.begin(), preamble.names.end(),
                                         [&](const auto& name) { return words.may_matter(name); });
}

}  // namespace gilcheck::project
