#pragma once
// Names of managed interpreters: 3.13t, 3.13t-tsan, 3.14.

#include <cstdint>
#include <string>
#include <string_view>

namespace gilcheck::project {

struct ManagedName {
  std::uint32_t minor = 13;       ///< of CPython 3
  bool free_threaded = true;      ///< "t": configured with --disable-gil
  bool thread_sanitizer = false;  ///< "-tsan": built with clang and ThreadSanitizer

  std::string text() const;
  std::string version() const { return "3." + std::to_string(minor); }  ///< "3.13"
  bool operator==(const ManagedName&) const = default;
};

/// The interpreter that is used, and offered to be installed, when nobody names one.
inline constexpr ManagedName kDefaultInterpreter{13, true, false};

/// Whether the word is meant as a name (it starts like a version), valid or not: paths and commands
/// are not.
bool looks_like_managed_name(std::string_view word);

/// Throws UserError for what is no name and for versions before 3.13.
ManagedName parse_managed_name(std::string_view word);

}  // namespace gilcheck::project
