#include "project/paths.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

namespace gilcheck::project {

namespace fs = std::filesystem;

namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (slash != 0) parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

/// Length of the UTF-8 sequence at the front of `text`, or 0.
std::size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  std::size_t length = 0;
  if (lead < 0x80) length = 1;
  else if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  else if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  else if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return 0;
  }
  if (length < 3) return length;
  // Overlong forms, surrogates and what lies beyond U+10FFFF.
  const auto second = static_cast<unsigned char>(text[1]);
  const bool bad = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                   (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
  return bad ? 0 : length;
}

}  // namespace

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? std::string(real.get()) : path;
}

std::string current_directory() {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  return error ? std::string("/") : here.string();
}

std::string absolute_path(std::string_view path, std::string_view base) {
  const std::string full =
      path.starts_with('/') ? std::string(path) : std::string(base) + "/" + std::string(path);
  std::string out;
  for (const auto part : parts_of(full)) {
    if (part == ".") continue;
    if (part == "..") {
      std::error_code error;
      if (fs::is_symlink(fs::symlink_status(out, error))) {
        const fs::path target = fs::weakly_canonical(out, error);
        if (!error) out = target.string();
      }
      out = std::string(parent_of(out.empty() ? "/" : out));
      if (out == "/") out.clear();
      continue;
    }
    out.append("/").append(part);
  }
  return out.empty() ? "/" : out;
}

std::string_view parent_of(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return "/";
  return path.substr(0, slash);
}

std::string_view last_part(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string join(std::string_view directory, std::string_view name) {
  std::string out(directory);
  if (!out.ends_with('/')) out.push_back('/');
  return out.append(name);
}

bool is_within(std::string_view path, std::string_view directory) {
  if (directory == "/") return true;
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

std::string relative_to(std::string_view path, std::string_view base) {
  const auto to = parts_of(path);
  const auto from = parts_of(base);
  std::size_t same = 0;
  while (same < to.size() && same < from.size() && to[same] == from[same]) ++same;
  std::string out;
  const auto add = [&](std::string_view part) {
    if (!out.empty()) out.push_back('/');
    out.append(part);
  };
  for (std::size_t i = same; i < from.size(); ++i) add("..");
  for (std::size_t i = same; i < to.size(); ++i) add(to[i]);
  return out.empty() ? "." : out;
}

std::string common_directory(std::string_view a, std::string_view b) {
  const auto left = parts_of(a);
  const auto right = parts_of(b);
  std::string out;
  for (std::size_t i = 0; i < left.size() && i < right.size() && left[i] == right[i]; ++i) {
    out.append("/").append(left[i]);
  }
  return out.empty() ? "/" : out;
}

std::string displayable(std::string_view path) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(path.size());
  while (!path.empty()) {
    const auto byte = static_cast<unsigned char>(path[0]);
    const std::size_t length =
        byte < 0x20 || byte == 0x7F || byte == '\\' ? 0 : sequence_length(path);
    if (length == 0) {
      out.append("\\x");
      out.push_back(kHex[byte >> 4U]);
      out.push_back(kHex[byte & 15U]);
      path.remove_prefix(1);
    } else {
      out.append(path.substr(0, length));
      path.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace gilcheck::project
