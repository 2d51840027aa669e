#pragma once
// Files of the source tree that the program carries because it needs them at run time.

#include <string_view>

namespace gilcheck::project {

/// The text of a file embedded by project/CMakeLists.txt, by the last part of its name. Lives as
/// long as the program. Throws std::logic_error for one that is not there.
std::string_view carried_file(std::string_view name);

}  // namespace gilcheck::project
