#pragma once
// Standard output and standard error as the commands use them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace gilcheck::cli {

enum class ColorChoice : std::uint8_t { automatic, always, never };
std::optional<ColorChoice> color_from(std::string_view word);

enum class Stream : int { out = 1, error = 2 };

/// Standard output, or the file of --output-file, could not be written. `reader_gone` when it is a
/// pipe whose reader has had enough (`| head`), which needs no message.
class OutputError : public std::runtime_error {
 public:
  OutputError(const std::string& message, bool gone)
      : std::runtime_error(message), reader_gone(gone) {}
  bool reader_gone;
};

bool is_terminal(Stream stream);

/// For `automatic`: NO_COLOR and TERM=dumb switch colour off, FORCE_COLOR and CLICOLOR_FORCE on;
/// else a terminal has it.
bool use_color(ColorChoice choice, Stream stream);

/// Cells per line: of a terminal what COLUMNS says, else what it has, at most 120; 100 when the
/// output goes elsewhere.
std::size_t width_of(Stream stream);

/// Writes all of it or throws OutputError.
void write_out(std::string_view text);
/// Writes to standard error; what cannot be written there is lost.
void write_error(std::string_view text);

/// "error: message", and "  hint: ..." below it if there is one, to standard error.
void say_error(std::string_view message, std::string_view hint = {});
void say_warning(std::string_view message, std::string_view hint = {});

/// All of standard input, at most `limit` bytes; nothing beyond that.
std::optional<std::string> read_standard_input(std::uint64_t limit);

/// Creates or truncates the file; throws OutputError.
void write_output_file(const std::string& path, std::string_view text);

}  // namespace gilcheck::cli
