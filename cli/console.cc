#include "cli/console.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <system_error>

#include "project/paths.h"

namespace gilcheck::cli {

namespace {

constexpr std::size_t kWidestText = 120;
constexpr std::size_t kUsualWidth = 100;

/// Value of an environment variable; "" when it is not set.
std::string_view environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// 0, or the errno of the write that failed.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

void say(std::string_view word, std::string_view ansi, std::string_view message,
         std::string_view hint) {
  const bool color = use_color(ColorChoice::automatic, Stream::error);
  std::string text;
  if (color) text += ansi;
  text += word;
  if (color) text += "\x1b[0m";
  text += ": ";
  text += message;
  text += '\n';
  if (!hint.empty()) {
    text += "  hint: ";
    text += hint;
    text += '\n';
  }
  write_error(text);
}

}  // namespace

std::optional<ColorChoice> color_from(std::string_view word) {
  if (word == "auto") return ColorChoice::automatic;
  if (word == "always") return ColorChoice::always;
  if (word == "never") return ColorChoice::never;
  return std::nullopt;
}

bool is_terminal(Stream stream) {
  return ::isatty(static_cast<int>(stream)) == 1;
}

bool use_color(ColorChoice choice, Stream stream) {
  if (choice != ColorChoice::automatic) return choice == ColorChoice::always;
  if (!environment("NO_COLOR").empty()) return false;
  for (const char* name : {"FORCE_COLOR", "CLICOLOR_FORCE"}) {
    if (const auto value = environment(name); !value.empty() && value != "0") return true;
  }
  return environment("TERM") != "dumb" && is_terminal(stream);
}

std::size_t width_of(Stream stream) {
  // Files and pipes get the same whatever the environment says.
  if (!is_terminal(stream)) return kUsualWidth;
  const std::string columns(environment("COLUMNS"));
  const char* const end = columns.data() + columns.size();
  std::size_t wanted = 0;
  const auto [parsed, error] = std::from_chars(columns.data(), end, wanted);
  if (error == std::errc() && parsed == end && wanted != 0) return std::min(wanted, kWidestText);
  winsize size{};
  if (::ioctl(static_cast<int>(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return kUsualWidth;
  }
  return std::min<std::size_t>(size.ws_col, kWidestText);
}

void write_out(std::string_view text) {
  if (const int error = write_all(STDOUT_FILENO, text); error != 0) {
    throw OutputError("cannot write standard output: " + std::generic_category().message(error),
                      error == EPIPE);
  }
}

void write_error(std::string_view text) {
  write_all(STDERR_FILENO, text);
}

void say_error(std::string_view message, std::string_view hint) {
  say("error", "\x1b[1;31m", message, hint);
}

void say_warning(std::string_view message, std::string_view hint) {
  say("warning", "\x1b[1;33m", message, hint);
}

std::optional<std::string> read_standard_input(std::uint64_t limit) {
  std::string out;
  std::string buffer(std::size_t{1} << 16U, '\0');
  while (true) {
    const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      throw std::runtime_error("cannot read standard input: " +
                               std::generic_category().message(errno));
    }
    if (n == 0) return out;
    out.append(buffer, 0, static_cast<std::size_t>(n));
    if (out.size() > limit) return std::nullopt;
  }
}

void write_output_file(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  int error = fd < 0 ? errno : write_all(fd, text);
  if (fd >= 0 && ::close(fd) != 0 && error == 0) error = errno;
  if (error != 0) {
    throw OutputError("cannot write '" + project::displayable(path) +
                          "': " + std::generic_category().message(error),
                      false);
  }
}

}  // namespace gilcheck::cli
