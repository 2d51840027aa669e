#pragma once
// How `--help` looks.

#include <memory>

namespace CLI {
class FormatterBase;
}

namespace gilcheck::cli {

/// Descriptions wrapped to a page of 100 columns, groups one blank line apart.
std::shared_ptr<CLI::FormatterBase> make_help_format();

}  // namespace gilcheck::cli
