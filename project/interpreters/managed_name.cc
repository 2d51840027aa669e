#include "project/interpreters/managed_name.h"

#include <charconv>

#include "project/interpreters/interpreter_facts.h"
#include "project/paths.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

constexpr std::string_view kSanitizerSuffix = "-tsan";
constexpr const char* kForm =
    "names are a version, `t` for free-threaded and `-tsan` for a ThreadSanitizer build: 3.13t, "
    "3.13t-tsan, 3.14";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string ManagedName::text() const {
  return version() + (free_threaded ? "t" : "") +
         (thread_sanitizer ? std::string(kSanitizerSuffix) : std::string());
}

bool looks_like_managed_name(std::string_view word) {
  return word.size() > 2 && is_digit(word[0]) && word[1] == '.' && is_digit(word[2]) &&
         word.find('/') == std::string_view::npos;
}

ManagedName parse_managed_name(std::string_view word) {
  const auto refuse = [&]() -> UserError {
    return UserError("'" + displayable(word) + "' is no name of an interpreter", kForm);
  };
  if (!word.starts_with("3.")) throw refuse();
  std::string_view rest = word.substr(2);
  ManagedName out{0, false, false};
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), out.minor);
  if (error != std::errc() || end - rest.data() > 2 || rest.front() == '0') throw refuse();
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (rest.starts_with('t')) {
    out.free_threaded = true;
    rest.remove_prefix(1);
  }
  if (rest == kSanitizerSuffix) {
    out.thread_sanitizer = true;
    rest = {};
  }
  if (rest.starts_with('.')) {
    throw UserError(
        "'" + displayable(word) + "' names a patch release",
        "say " + out.text() + "; --source DIR|TARBALL builds exactly the release that you have");
  }
  if (!rest.empty()) throw refuse();
  if (out.minor < kOldestRuntimeMinor) {
    throw UserError("CPython " + out.version() + " is older than 3." +
                        std::to_string(kOldestRuntimeMinor) + ", which the runtime needs",
                    kForm);
  }
  return out;
}

}  // namespace gilcheck::project
