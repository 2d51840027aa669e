#include "clang_plugin/link/generated.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace gilcheck::clang_plugin {

namespace {

constexpr std::string_view kVariable = "__pyx_v_";
constexpr std::string_view kObject = "__pyx_obj_";
constexpr std::string_view kStructure = "__pyx_t_";
constexpr std::string_view kScope = "__pyx_scope_struct_";

bool of_cython(std::string_view name) {
  return name.starts_with("__pyx_") || name.starts_with("__Pyx");
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::vector<SourceMark>::const_iterator first_after(const Unit& unit, std::uint32_t line) {
  return std::upper_bound(unit.marks.begin(), unit.marks.end(), line,
                          [](std::uint32_t at, const SourceMark& mark) { return at < mark.line; });
}

/// Names of modules and classes carry their length, the last may carry a number:
/// `3pkg_5Stats_2bump`.
std::string unmangled(std::string_view rest) {
  std::string out;
  const auto part = [&](std::string_view name) {
    if (!out.empty()) out += '.';
    out += name;
  };
  while (!rest.empty()) {
    std::size_t digits = 0;
    std::size_t length = 0;
    while (digits < rest.size() && is_digit(rest[digits]) && digits < 4) {
      length = length * 10 + static_cast<std::size_t>(rest[digits++] - '0');
    }
    const std::string_view name = rest.substr(digits);
    const bool module_or_class = digits != 0 && length != 0 && length + 1 < name.size() &&
                                 name[length] == '_' && !is_digit(name[0]);
    if (!module_or_class) {
      part(name);
      break;
    }
    part(name.substr(0, length));
    rest = name.substr(length + 1);
  }
  return out;
}

}  // namespace

bool from_cython(const Unit& unit) {
  return unit.generator.starts_with("Cython");
}

bool written_by_author(const Unit& unit, const Function& function) {
  if (!from_cython(unit)) return true;
  if (function.pos.file != 0) return true;  // a header of the author's
  for (auto mark = first_after(unit, function.pos.line);
       mark != unit.marks.end() && mark->line <= function.pos.end_line; ++mark) {
    if (mark->file != 0) return true;
  }
  return false;
}

bool declared_by_author(const Unit& unit, std::string_view variable) {
  return !from_cython(unit) || !of_cython(variable) || variable.starts_with(kVariable);
}

bool field_of_author(const Unit& unit, std::string_view record, std::string_view field) {
  if (!from_cython(unit)) return true;
  if (of_cython(record) && !record.starts_with(kObject) && !record.starts_with(kStructure)) {
    return false;
  }
  return !of_cython(field) || field.starts_with(kVariable);
}

bool keeps_variables_of_a_call(std::string_view record) {
  return record.starts_with(kObject) && record.find(kScope) != record.npos;
}

bool is_generator_body(const Unit& unit, const Function& function) {
  if (!from_cython(unit)) return false;
  for (VarId id = function.params.first; id < function.params.end(); ++id) {
    const Type& type = unit.types[unit.variables[id].type];
    if (type.kind == TypeKind::pointer &&
        unit.text(unit.types[type.inner].text).find("__pyx_CoroutineObject") !=
            std::string_view::npos) {
      return true;
    }
  }
  return false;
}

const SourceMark* source_mark(const Unit& unit, const Pos& pos) {
  if (pos.file != 0 || unit.marks.empty()) return nullptr;
  const auto next = first_after(unit, pos.line);
  if (next == unit.marks.begin()) return nullptr;
  const SourceMark& mark = *std::prev(next);
  if (mark.file == 0 || mark.file == kNone) return nullptr;
  // Outside of the author's functions a mark speaks of the declaration right below it.
  constexpr std::uint32_t kBelow = 40;
  for (const Function& function : unit.functions) {
    if (!function.defined() || function.pos.file != 0) continue;
    if (function.pos.line <= pos.line && pos.line <= function.pos.end_line) {
      if (written_by_author(unit, function)) return &mark;
    } else if (function.pos.line >= mark.line && function.pos.end_line < pos.line) {
      // The function that unpacks the arguments stands between a `def` and its body's.
      if (written_by_author(unit, function)) return nullptr;
    }
  }
  return pos.line - mark.line <= kBelow ? &mark : nullptr;
}

const SourceMark* first_mark(const Unit& unit) {
  const auto stem = [](std::string_view path) {
    path = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
    return path.substr(0, path.rfind('.'));
  };
  // The module's own source rather than one that it includes.
  const SourceMark* first = nullptr;
  for (const SourceMark& mark : unit.marks) {
    if (mark.file == 0 || mark.file == kNone) continue;
    if (stem(unit.files[mark.file]) == stem(unit.path)) return &mark;
    if (first == nullptr) first = &mark;
  }
  return first;
}

std::string source_name(std::string_view name) {
  if (!of_cython(name)) return std::string(name);
  static constexpr std::array kPrefixes = {kVariable,
                                           std::string_view("__pyx_f_"),
                                           kObject,
                                           std::string_view("__pyx_pf_"),
                                           kStructure,
                                           std::string_view("__pyx_pw_"),
                                           std::string_view("__pyx_gb_")};
  for (const std::string_view prefix : kPrefixes) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = name.substr(prefix.size());
    if (std::all_of(rest.begin(), rest.end(), is_digit)) return "a temporary value";
    std::string out = unmangled(rest);
    // `outer.__pyx_scope_struct_1_inner`: the variables of one call of a function.
    if (const auto scope = out.find(kScope); scope != out.npos) {
      std::size_t end = scope + kScope.size();
      while (end < out.size() && is_digit(out[end])) ++end;
      if (end < out.size() && out[end] == '_') ++end;
      out = out.substr(0, scope) + out.substr(end);
    }
    return out;
  }
  return std::string(name);
}

std::string with_source_names(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto found = text.find("__pyx_", at);
    if (found == text.npos) break;
    std::size_t end = found;
    while (end < text.size() && in_word(text[end])) ++end;
    const bool whole = found == 0 || !in_word(text[found - 1]);
    out += text.substr(at, found - at);
    const std::string_view name = text.substr(found, end - found);
    out += whole ? source_name(name) : std::string(name);
    at = end;
  }
  out += text.substr(std::min(at, text.size()));
  return out;
}

}  // namespace gilcheck::clang_plugin
