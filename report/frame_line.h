#pragma once
// A frame of a call stack as a line for people, the same for Python and native code.

#include <string>
#include <string_view>

namespace gilcheck::report {

/// Relative to the current directory if it is below.
std::string shown_path(const std::string& path);
/// "src/stats.py:9".
std::string shown_place(const std::string& path, int line);

/// "    Stats.bump                   stats.py:9    self.n += 1\n", with the source line if it can
/// be read.
std::string frame_line(std::string_view function, const std::string& path, int line);

}  // namespace gilcheck::report
