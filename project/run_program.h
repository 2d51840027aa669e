#pragma once
// Asking another program something, with a time limit.

#include <optional>
#include <string>
#include <vector>

namespace gilcheck::project {

/// Runs `arguments[0]` (looked for on PATH) and returns what it writes to standard output, at most
/// 64 kB; nothing if it cannot be started, fails, or takes longer than `seconds`, after which it is
/// killed. Standard input is empty, standard error is dropped. May be called concurrently.
std::optional<std::string> output_of(const std::vector<std::string>& arguments, int seconds);

/// Value of an environment variable; "" if it is not set. May be called concurrently: we set none.
std::string environment_variable(const char* name);

/// The file a command name stands for: the name itself if it holds a slash, else the first
/// executable of that name on PATH; "" if there is none.
std::string find_on_path(const std::string& name);

/// What exec and spawn take: pointers into `words`, which must outlive them, and a null at the end.
std::vector<char*> exec_pointers(const std::vector<std::string>& words);

/// The folder for what can be made anew at any time: `gilcheck` in XDG_CACHE_HOME, else in
/// ~/.cache; "" if neither is known.
std::string user_cache_directory();

}  // namespace gilcheck::project
