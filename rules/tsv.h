#pragma once
// Reading one knowledge table: tab-separated, `#` comment lines, then a header line, then rows.
// A reader belongs to one thread. Defects are collected, with the table's line, never thrown.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gilcheck::rules {

/// One word of a table's fixed vocabulary.
template <class Value>
struct Word {
  std::string_view text;
  Value value;
};

template <class Value, std::size_t N>
constexpr std::optional<Value> find_word(const std::array<Word<Value>, N>& words,
                                         std::string_view text) {
  for (const Word<Value>& word : words) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

/// The reader stands before the first row; next() moves to a row, the cell functions read it.
class TsvReader {
 public:
  /// The embedded table `tables/<name>`.
  TsvReader(std::string_view name, std::initializer_list<std::string_view> columns);
  /// Any text, under the name that its defects are reported with.
  TsvReader(std::string_view name, std::string_view text,
            std::initializer_list<std::string_view> columns);

  /// Moves to the next row of the right width; false at the end.
  bool next();

  /// The cell; a cell of "-" is empty, an empty one is a defect.
  std::string_view text(std::size_t column);
  /// "yes" or "no".
  bool yes(std::size_t column);
  /// A small number; -1 for "-".
  std::int8_t number(std::size_t column);

  template <class Value, std::size_t N>
  Value word(std::size_t column, const std::array<Word<Value>, N>& words) {
    if (const std::optional<Value> value = find_word(words, cells_[column])) return *value;
    unknown(column);
    return words.front().value;
  }

  /// Records a defect of the current row.
  void fail(std::string_view what);
  /// Records that the cell is not a word of its vocabulary.
  void unknown(std::size_t column);

  /// One line per defect, each ending in a newline.
  const std::string& errors() const { return errors_; }

 private:
  std::optional<std::string_view> next_line();
  void read_header();

  std::string_view name_;
  std::string_view rest_;
  std::vector<std::string_view> columns_;
  std::vector<std::string_view> cells_;
  unsigned line_ = 0;
  std::string errors_;
};

}  // namespace gilcheck::rules
