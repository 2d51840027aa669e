#pragma once
// Internal to rules/: one rule's markdown file, taken apart. Pure functions of the text.

#include <string>
#include <string_view>

#include "rules/catalogue.h"

namespace gilcheck::rules {

/// The rule in `text`, the content of the file `file_name`. Appends one line per defect to
/// `errors`. The views in the result point into `text`.
Rule parse_page(std::string_view file_name, std::string_view text, std::string& errors);

}  // namespace gilcheck::rules
