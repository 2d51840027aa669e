#pragma once
// Where managed interpreters live: one directory each, complete or absent.

#include <optional>
#include <string>
#include <vector>

#include "project/interpreters/managed_name.h"

namespace gilcheck::project {

/// `gilcheck/interpreters` in the user's cache (XDG_CACHE_HOME, else ~/.cache). Throws UserError if
/// there is neither that variable nor HOME.
std::string interpreters_directory();

/// In the directory of one with ThreadSanitizer: the races that CPython's developers know and
/// accept.
inline constexpr const char* kSanitizerSuppressions = "gilcheck-tsan-suppressions.txt";

/// What a managed interpreter is made of; kept in it as gilcheck-interpreter.json, which is written
/// last: a directory that has it is complete.
struct InterpreterManifest {
  std::string name;
  std::string version;                 ///< "3.13.15"
  std::string source;                  ///< "python3.13 3.13.15-1 (forky)", or a path
  std::vector<std::string> configure;  ///< arguments of configure
  std::string compiler;                ///< "cc", "clang-19"

  bool operator==(const InterpreterManifest&) const = default;
};
std::string write_manifest(const InterpreterManifest& manifest);
std::optional<InterpreterManifest> read_manifest(std::string_view json);

struct InstalledInterpreter {
  ManagedName name;
  std::string directory;
  std::string executable;  ///< directory/bin/python3.13
  InterpreterManifest manifest;
};

/// The one of that name if it is there, complete and at least looks startable.
std::optional<InstalledInterpreter> installed_interpreter(const ManagedName& name);
/// All of them, by version.
std::vector<InstalledInterpreter> installed_interpreters();

/// Files of a build: kept when it fails or is interrupted, so that the next attempt goes on there.
struct BuildPlace {
  explicit BuildPlace(const ManagedName& name);
  std::string root;     ///< interpreters_directory()
  std::string final;    ///< where the interpreter will stand
  std::string sources;  ///< archives, shared by all builds
  std::string apt;      ///< apt's private state, one directory per suite
  std::string work;     ///< of this build only
  std::string tree;     ///< work/source: the unpacked sources
  std::string build;    ///< work/build
  std::string stage;    ///< work/stage: DESTDIR
  std::string log;      ///< work/install.log
  std::string lock;     ///< held during an installation or a removal
};

/// Removes the interpreter and what is left of attempts to build it; how many bytes that were, or
/// nothing if neither was there. The caller holds the lock.
std::optional<std::uintmax_t> remove_interpreter(const ManagedName& name);

/// An exclusive lock on a file, held until destroyed, by this process or, should it be killed, by
/// those children that still work for it (they inherit the descriptor). Blocks other processes, not
/// this one.
class FileLock {
 public:
  /// Creates the file. Throws UserError if it cannot.
  explicit FileLock(const std::string& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  bool try_lock();  ///< false while somebody else has it

 private:
  int fd_;
};

}  // namespace gilcheck::project
