#pragma once
// A source tree of CPython to build from.

#include <string>

#include "project/interpreters/build_step.h"
#include "project/interpreters/interpreter_store.h"

namespace gilcheck::project {

struct SourceTree {
  std::string directory;  ///< holds `configure`
  std::string origin;     ///< for people
  std::string identity;   ///< changes when other sources are there
};

/// The sources in an archive, unpacked to place.tree unless an earlier attempt did that. Throws
/// UserError if it cannot be unpacked, is not CPython or is another version than `name` says.
SourceTree unpacked_source(const std::string& archive, const std::string& origin,
                           const ManagedName& name, const BuildPlace& place,
                           const OnOutput& on_output);

/// What --source names: a directory, used where it is and not written to, or an archive.
SourceTree named_source(const std::string& source, const ManagedName& name, const BuildPlace& place,
                        const OnOutput& on_output);

/// "3.13.15", from the text of Include/patchlevel.h; "" if that says nothing.
std::string version_in_patchlevel(std::string_view header);

}  // namespace gilcheck::project
