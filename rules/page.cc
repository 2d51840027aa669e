#include "rules/page.h"

#include <array>
#include <optional>
#include <utility>

namespace gilcheck::rules {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

class PageParser {
 public:
  PageParser(std::string_view file_name, std::string_view text, std::string& errors)
      : file_name_(file_name), text_(text), errors_(errors) {}

  Rule parse() {
    parse_front_matter();
    const std::string_view body = trim(text_);
    parse_sections(body);
    rule_.summary = summary_of(rule_.what_it_finds);
    rule_.markdown = "# " + std::string(rule_.name) + " (" + std::string(rule_.code) + ")\n\n" +
                     std::string(body) + "\n";
    if (file_name_ != std::string(rule_.code) + "-" + std::string(rule_.name) + ".md") {
      fail("the file is not named CODE-name.md");
    }
    return std::move(rule_);
  }

 private:
  void fail(std::string_view what) {
    errors_.append(file_name_).append(": ").append(what).append("\n");
  }

  void parse_front_matter() {
    if (trim(take_line(text_)) != "---") return fail("no front matter");
    while (!text_.empty()) {
      const std::string_view line = trim(take_line(text_));
      if (line == "---") break;
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) {
        fail("'" + std::string(line) + "' is not 'key: value'");
        continue;
      }
      set(line.substr(0, colon), trim(line.substr(colon + 1)));
    }
    if (rule_.code.empty() || rule_.name.empty() || rule_.family.empty() || rule_.since.empty() ||
        !has_severity_ || !has_status_) {
      fail("the front matter needs code, name, family, severity, status and since");
    }
  }

  void set(std::string_view key, std::string_view value) {
    if (key == "code") {
      rule_.code = value;
    } else if (key == "name") {
      rule_.name = value;
    } else if (key == "family") {
      rule_.family = value;
    } else if (key == "since") {
      rule_.since = value;
    } else if (key == "severity" && (value == "error" || value == "warning")) {
      rule_.severity = value == "error" ? Severity::error : Severity::warning;
      has_severity_ = true;
    } else if (key == "status" && (value == "preview" || value == "stable")) {
      rule_.stage = value == "stable" ? Stage::Stable : Stage::Preview;
      has_status_ = true;
    } else if (key == "tags") {
      set_tags(value);
    } else {
      fail("unknown front matter '" + std::string(key) + ": " + std::string(value) + "'");
    }
  }

  void set_tags(std::string_view tags) {
    while (!tags.empty()) {
      const std::size_t comma = tags.find(',');
      rule_.tags.push_back(trim(tags.substr(0, comma)));
      tags.remove_prefix(comma == std::string_view::npos ? tags.size() : comma + 1);
    }
  }

  /// Every heading must be there, in this order, with text under it.
  void parse_sections(std::string_view body) {
    struct Section {
      std::string_view heading;
      std::string_view* text;
    };
    std::string_view why;
    const std::array<Section, 8> sections = {{
        {"## What it finds", &rule_.what_it_finds},
        {"## Why it matters", &why},
        {"### With the GIL", &rule_.why_with_gil},
        {"### Without the GIL", &rule_.why_without_gil},
        {"## Example", &rule_.example},
        {"## Use instead", &rule_.use_instead},
        {"## When it is wrong", &rule_.when_wrong},
        {"## References", &rule_.references},
    }};

    std::size_t next = 0;
    bool fenced = false;
    const char* section_begin = body.data();
    const auto close = [&](const char* end) {
      if (next == 0) return;
      const auto length = static_cast<std::size_t>(end - section_begin);
      std::string_view* text = sections[next - 1].text;
      *text = trim(std::string_view(section_begin, length));
      if (text->empty() && text != &why) {
        fail("nothing under '" + std::string(sections[next - 1].heading) + "'");
      }
    };
    while (!body.empty()) {
      const char* line_begin = body.data();
      const std::string_view line = trim(take_line(body));
      if (line.starts_with("```")) fenced = !fenced;
      if (fenced || !line.starts_with('#')) continue;
      if (next == sections.size() || line != sections[next].heading) {
        fail("unexpected heading '" + std::string(line) + "'");
        continue;
      }
      close(line_begin);
      ++next;
      section_begin = line_begin + line.size();
    }
    if (fenced) fail("a code block is not closed");
    close(body.data());
    if (next != sections.size()) fail("no '" + std::string(sections[next].heading) + "'");
  }

  static std::string summary_of(std::string_view text) {
    std::string summary;
    bool code = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '`') {
        code = !code;
      } else if (c == '\n') {
        if (i + 1 < text.size() && text[i + 1] == '\n') break;
        summary.push_back(' ');
      } else {
        summary.push_back(c);
        const bool last = i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n';
        if (c == '.' && !code && last) break;
      }
    }
    return summary;
  }

  std::string_view file_name_;
  std::string_view text_;
  std::string& errors_;
  Rule rule_;
  bool has_severity_ = false;
  bool has_status_ = false;
};

}  // namespace

Rule parse_page(std::string_view file_name, std::string_view text, std::string& errors) {
  return PageParser(file_name, text, errors).parse();
}

}  // namespace gilcheck::rules
