#include "rules/tsv.h"

#include <charconv>

#include "rules/embedded.h"

namespace gilcheck::rules {
namespace {

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t tab = line.find('\t');
    cells.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

std::string_view embedded_table(std::string_view name) {
  for (const EmbeddedFile& file : embedded_files()) {
    constexpr std::string_view kFolder = "tables/";
    if (file.name.starts_with(kFolder) && file.name.substr(kFolder.size()) == name) {
      return file.text;
    }
  }
  return {};
}

}  // namespace

TsvReader::TsvReader(std::string_view name, std::initializer_list<std::string_view> columns)
    : TsvReader(name, embedded_table(name), columns) {}

TsvReader::TsvReader(std::string_view name, std::string_view text,
                     std::initializer_list<std::string_view> columns)
    : name_(name), rest_(text), columns_(columns) {
  read_header();
}

std::optional<std::string_view> TsvReader::next_line() {
  while (!rest_.empty()) {
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++line_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && !line.starts_with('#')) return line;
  }
  return std::nullopt;
}

void TsvReader::read_header() {
  const std::optional<std::string_view> line = next_line();
  if (!line) {
    fail("the table is missing or empty");
  } else if (split(*line) != columns_) {
    fail("the header line does not name the expected columns");
  }
}

bool TsvReader::next() {
  while (const std::optional<std::string_view> line = next_line()) {
    cells_ = split(*line);
    if (cells_.size() == columns_.size()) return true;
    fail("the row has " + std::to_string(cells_.size()) + " cells instead of " +
         std::to_string(columns_.size()));
  }
  return false;
}

std::string_view TsvReader::text(std::size_t column) {
  const std::string_view cell = cells_[column];
  if (cell.empty()) fail("empty " + std::string(columns_[column]));
  return cell == "-" ? std::string_view{} : cell;
}

bool TsvReader::yes(std::size_t column) {
  if (cells_[column] != "yes" && cells_[column] != "no") unknown(column);
  return cells_[column] == "yes";
}

std::int8_t TsvReader::number(std::size_t column) {
  const std::string_view cell = cells_[column];
  if (cell == "-") return -1;
  std::int8_t value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc{} || end != cell.data() + cell.size() || value < 0) {
    unknown(column);
    return -1;
  }
  return value;
}

void TsvReader::fail(std::string_view what) {
  errors_.append(name_).append(":").append(std::to_string(line_)).append(": ");
  errors_.append(what).append("\n");
}

void TsvReader::unknown(std::size_t column) {
  fail("unknown " + std::string(columns_[column]) + " '" + std::string(cells_[column]) + "'");
}

}  // namespace gilcheck::rules
