#pragma once
// Comments that speak to tools: suppressions and annotations.

#include "clang_plugin/frontend/unit_builder.h"

namespace gilcheck::clang_plugin {

/// Adds to the unit every comment of file `id` whose text begins with "gilcheck:" or "noqa:".
void collect_comments(UnitBuilder& builder, FileId id);

}  // namespace gilcheck::clang_plugin
