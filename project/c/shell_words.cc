#include "project/c/shell_words.h"

namespace gilcheck::project {

std::vector<std::string> split_shell_words(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool has_next = i + 1 < text.size();
    if (quote == '\'') {
      if (c == '\'') {
        quote = 0;
      } else {
        word.push_back(c);
      }
    } else if (quote == '"') {
      if (c == '"') {
        quote = 0;
      } else if (c == '\\' && has_next &&
                 std::string_view("\"\\$`").find(text[i + 1]) != std::string_view::npos) {
        word.push_back(text[++i]);
      } else {
        word.push_back(c);
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == '\\' && has_next) {
      // A continued line is no word of its own.
      if (text[++i] != '\n') {
        in_word = true;
        word.push_back(text[i]);
      }
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (in_word) out.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      in_word = true;
      word.push_back(c);
    }
  }
  if (in_word) out.push_back(std::move(word));
  return out;
}

}  // namespace gilcheck::project
