#pragma once
// What building an interpreter needs of the machine.

#include <cstdint>
#include <string>
#include <vector>

#include "project/interpreters/managed_name.h"

namespace gilcheck::project {

/// One thing that a build needs, and whether it is there.
struct BuildNeed {
  std::string name;  ///< "C compiler"
  bool there = false;
  bool essential = true;  ///< without it there is no build; else a module of the library is missing
  std::string found;      ///< what is there ("/usr/bin/cc") or what its absence means
  std::string package;    ///< Debian package that brings it
};

/// Compiler, make and tar, headers of the libraries that the standard library wraps, and for a
/// ThreadSanitizer build clang with its runtime. Runs the compiler a dozen times (0.2 s).
std::vector<BuildNeed> build_needs(const ManagedName& name);

/// The C compiler for that build: clang-19 or another clang for ThreadSanitizer, else what CC says
/// or `cc`. "" if there is none.
std::string build_compiler(const ManagedName& name);

/// Room that a build needs while it runs, in bytes.
std::uintmax_t room_for_build(const ManagedName& name);
/// Free bytes where `directory` is or would be made.
std::uintmax_t free_room(const std::string& directory);

/// "apt-get install a b" for what is missing, with `sudo` for those who need it; "" if nothing is.
std::string how_to_get(const std::vector<BuildNeed>& needs, bool essential_only);

}  // namespace gilcheck::project
