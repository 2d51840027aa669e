#include "base/source_text.h"

#include <iconv.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

namespace gilcheck {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Length of the valid UTF-8 sequence at `at`, or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  else if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  else if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  if (lead == 0xE0 && byte(at + 1) < 0xA0) return 0;
  if (lead == 0xED && byte(at + 1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(at + 1) < 0x90) return 0;
  if (lead == 0xF4 && byte(at + 1) > 0x8F) return 0;
  return length;
}

/// True where every byte is plain ASCII other than NUL.
bool plain_ascii(std::string_view text) {
  if (text.find('\0') != text.npos) return false;
  unsigned char seen = 0;
  for (const char c : text) seen = static_cast<unsigned char>(seen | static_cast<unsigned char>(c));
  return seen < 0x80;
}

/// Replaces what is not UTF-8, and NUL, by U+FFFD; says whether it had to.
bool repair_utf8(std::string& text) {
  if (plain_ascii(text)) return false;
  std::string out;
  bool repaired = false;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = text[at] == '\0' ? 0 : sequence_length(text, at);
    if (length != 0) {
      at += length;
      continue;
    }
    if (!repaired) out.reserve(text.size() + 16);
    repaired = true;
    out.append(text, copied, at - copied).append(kReplacement);
    copied = ++at;
  }
  if (!repaired) return false;
  out.append(text, copied);
  text = std::move(out);
  return true;
}

/// The name in a PEP 263 coding comment of one line, or "".
std::string coding_of(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && (line[at] == ' ' || line[at] == '\t' || line[at] == '\f')) ++at;
  if (at == line.size() || line[at] != '#') return {};
  std::size_t found = line.find("coding", at);
  if (found == std::string_view::npos) return {};
  found += 6;
  if (found >= line.size() || (line[found] != ':' && line[found] != '=')) return {};
  ++found;
  while (found < line.size() && (line[found] == ' ' || line[found] == '\t')) ++found;
  std::string name;
  for (; found < line.size(); ++found) {
    const auto c = static_cast<unsigned char>(line[found]);
    if (!std::isalnum(c) && c != '-' && c != '_' && c != '.') break;
    name.push_back(static_cast<char>(c == '_' ? '-' : std::tolower(c)));
  }
  return name;
}

bool blank_or_comment(std::string_view line) {
  const auto at = line.find_first_not_of(" \t\f\r");
  return at == std::string_view::npos || line[at] == '#';
}

std::string declared_encoding(std::string_view text) {
  for (int i = 0; i < 2 && !text.empty(); ++i) {
    const auto end = text.find_first_of("\r\n");
    const auto line = text.substr(0, end);
    if (auto name = coding_of(line); !name.empty()) return name;
    if (!blank_or_comment(line) || end == std::string_view::npos) return {};
    const bool crlf = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    text.remove_prefix(end + (crlf ? 2 : 1));
  }
  return {};
}

bool means_utf8(std::string_view name) {
  return name.empty() || name == "utf-8" || name == "utf8" || name.starts_with("utf-8-") ||
         name == "u8" || name == "ascii" || name == "us-ascii";
}

bool means_latin1(std::string_view name) {
  return name == "latin-1" || name == "latin1" || name.starts_with("latin-1-") ||
         name == "iso-8859-1" || name == "iso-latin-1" || name == "iso8859-1" || name == "l1";
}

std::string latin1_to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    if (value < 0x80) {
      out.push_back(c);
    } else {
      out.push_back(static_cast<char>(0xC0 | (value >> 6)));
      out.push_back(static_cast<char>(0x80 | (value & 0x3F)));
    }
  }
  return out;
}

/// Converts through the C library; false when it does not know the encoding.
bool convert(const std::string& encoding, std::string_view bytes, std::string& out, bool& lossy) {
  const iconv_t handle = iconv_open("UTF-8", encoding.c_str());
  if (handle == reinterpret_cast<iconv_t>(-1)) return false;  // NOLINT: iconv's own sentinel
  std::string input(bytes);
  char* in = input.data();
  std::size_t in_left = input.size();
  char buffer[4096];
  while (in_left > 0) {
    char* to = buffer;
    std::size_t to_left = sizeof buffer;
    const auto status = iconv(handle, &in, &in_left, &to, &to_left);
    out.append(buffer, sizeof buffer - to_left);
    if (status != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
    lossy = true;
    out.append(kReplacement);
    ++in;
    --in_left;
  }
  iconv_close(handle);
  return true;
}

}  // namespace

SourceText::SourceText(std::string utf8) : text_(std::move(utf8)) {
  if (text_.empty()) return;
  starts_.reserve(text_.size() / 32 + 1);
  starts_.push_back(0);
  const auto add_start = [&](std::size_t at) { starts_.push_back(static_cast<std::uint32_t>(at)); };
  if (text_.find('\r') == text_.npos) {
    for (auto at = text_.find('\n'); at != text_.npos; at = text_.find('\n', at + 1)) {
      add_start(at + 1);
    }
    return;
  }
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c != '\n' && c != '\r') continue;
    if (c == '\r' && i + 1 < text_.size() && text_[i + 1] == '\n') ++i;
    add_start(i + 1);
  }
}

std::string_view SourceText::slice(ByteRange range) const {
  const std::size_t begin = std::min<std::size_t>(range.begin, text_.size());
  const std::size_t end = std::clamp<std::size_t>(range.end, begin, text_.size());
  return std::string_view(text_).substr(begin, end - begin);
}

std::uint32_t SourceText::line_count() const {
  if (starts_.empty()) return 0;
  const bool open_end = starts_.back() < text_.size();
  return static_cast<std::uint32_t>(starts_.size() - (open_end ? 0 : 1));
}

std::string_view SourceText::line(std::uint32_t line) const {
  if (line == 0 || line > starts_.size()) return {};
  const std::size_t begin = starts_[line - 1];
  std::size_t end = line < starts_.size() ? starts_[line] : text_.size();
  while (end > begin && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  return std::string_view(text_).substr(begin, end - begin);
}

std::uint32_t SourceText::line_of(std::uint32_t offset) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(after - starts_.begin()));
}

Span SourceText::span(ByteRange range) const {
  const auto column = [&](std::uint32_t offset, std::uint32_t line) {
    const std::uint32_t begin = starts_.empty() ? 0 : starts_[line - 1];
    const auto part = slice({begin, offset});
    const auto points = std::count_if(part.begin(), part.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    });
    return static_cast<std::uint32_t>(points) + 1;
  };
  Span out;
  out.line = line_of(range.begin);
  out.column = column(range.begin, out.line);
  out.end_line = range.end > range.begin ? line_of(range.end - 1) : out.line;
  out.end_column = column(std::max(range.begin, range.end), out.end_line);
  return out;
}

DecodedSource decode_python_source(std::string bytes) {
  DecodedSource out;
  const bool bom = bytes.starts_with("\xEF\xBB\xBF");
  if (bom) bytes.erase(0, 3);
  const std::string declared = declared_encoding(bytes);
  if (bom || means_utf8(declared)) {
    out.encoding = "utf-8";
    if (bom && !means_utf8(declared)) {
      out.error = "declares encoding '" + declared + "' but starts with a UTF-8 byte order mark";
    }
    out.utf8 = std::move(bytes);
    const bool had_nul = out.utf8.find('\0') != std::string::npos;
    if (repair_utf8(out.utf8) && out.error.empty()) {
      out.error = had_nul ? "contains NUL or bytes that are not UTF-8; they were replaced"
                          : "contains bytes that are not UTF-8; they were replaced";
    }
    return out;
  }
  out.encoding = declared;
  if (means_latin1(declared)) {
    out.encoding = "latin-1";
    out.utf8 = latin1_to_utf8(bytes);
  } else {
    bool lossy = false;
    if (!convert(declared, bytes, out.utf8, lossy)) {
      out.utf8 = latin1_to_utf8(bytes);
      out.error = "declares the unknown encoding '" + declared + "'; read as latin-1";
    } else if (lossy) {
      out.error = "contains bytes that are not " + declared + "; they were replaced";
    }
  }
  if (repair_utf8(out.utf8) && out.error.empty())
    out.error = "contains NUL bytes; they were replaced";
  return out;
}

}  // namespace gilcheck
