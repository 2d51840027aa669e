#include "cli/help_format.h"

#include <CLI/CLI.hpp>

#include <string>
#include <utility>

#include "report/wrap.h"

namespace gilcheck::cli {

namespace {

constexpr std::size_t kNameColumns = 30;
constexpr std::size_t kDescriptionColumns = 70;

class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat() {
    column_width(kNameColumns);
    label("OPTIONS", "FLAGS");
    label("SUBCOMMAND", "COMMAND");
    label("Positionals", "Arguments");
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    std::string out;
    for (const auto& line : report::wrap(option->get_description(), kDescriptionColumns)) {
      out += (out.empty() ? "" : "\n") + line;
    }
    return out;
  }

  /// Only the name of the value: ranges and defaults are in the descriptions.
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return option->get_positional() || type.empty() || option->get_type_size() == 0 ? ""
                                                                                    : " " + type;
  }

  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string out = CLI::Formatter::make_help(app, std::move(name), mode);
    for (auto at = out.find("\n\n\n"); at != std::string::npos; at = out.find("\n\n\n")) {
      out.erase(at, 1);
    }
    return out;
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> make_help_format() {
  return std::make_shared<HelpFormat>();
}

}  // namespace gilcheck::cli
