#pragma once
// Python.h, parsed once for all files that begin with it and share their flags.

#include <functional>
#include <string>
#include <vector>

#include "project/c/c_unit.h"
#include "project/c/parse_workers.h"
#include "project/workers.h"

namespace gilcheck::project {

/// Makes, or finds, one precompiled header per set of flags that at least two of the units share
/// and want, and gives it to them (`CUnit::job.pch`, `CUnit::precompiled`). `toolchain` identifies
/// the parser; `directory` is asked once one is needed and says where they are kept, "" for
/// nowhere. What cannot be made is left out: the units are parsed without.
void precompile_shared(const std::vector<CUnit*>& units, const std::string& toolchain,
                       const std::function<std::string()>& directory, ParseWorkers& parsers,
                       const Workers& workers);

}  // namespace gilcheck::project
