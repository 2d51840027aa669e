#include "project/c/both_builds.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "base/fingerprint.h"

namespace gilcheck::project {

namespace {

using clang_plugin::Instr;
using clang_plugin::kNone;
using clang_plugin::Op;
using clang_plugin::Unit;

constexpr std::string_view kMacro = "Py_GIL_DISABLED";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// What touches memory or calls: the rest follows from it, or is made by the graph.
bool counts(Op op) {
  return op == Op::load || op == Op::store || op == Op::call || op == Op::construct ||
         op == Op::new_ || op == Op::delete_ || op == Op::throw_;
}

/// Tells an instruction from all that stand elsewhere or do something else.
std::uint64_t identity(const Unit& unit, const Instr& instr, std::uint64_t path) {
  std::uint64_t hash = path;
  for (const std::uint64_t part :
       {std::uint64_t{instr.pos.line}, std::uint64_t{instr.pos.column},
        static_cast<std::uint64_t>(instr.op), static_cast<std::uint64_t>(instr.code)}) {
    hash = (hash ^ part) * 1099511628211ULL;
  }
  if (instr.op != Op::call || instr.a == kNone) return hash;
  return stable_hash(unit.text(unit.functions[instr.a].name), hash);
}

/// Calls `visit(file, line, identity)` for every instruction that counts.
template <typename Visit>
void for_each(const Unit& unit, const Visit& visit) {
  std::vector<std::uint64_t> paths;
  for (const std::string& path : unit.files) paths.push_back(stable_hash(path));
  for (const auto& function : unit.functions) {
    if (!function.defined() || (function.flags & clang_plugin::kFunctionProject) == 0) continue;
    for (std::uint32_t i = function.instrs.first; i < function.instrs.end(); ++i) {
      const Instr& instr = unit.instrs[i];
      if (!counts(instr.op) || instr.pos.line == 0) continue;
      visit(instr.pos.file, instr.pos.line, identity(unit, instr, paths[instr.pos.file]));
    }
  }
}

class LineSet {
 public:
  explicit LineSet(const std::vector<FileLines>& files) {
    for (const FileLines& file : files) {
      lines_[file.path].insert(file.lines.begin(), file.lines.end());
    }
  }
  bool contains(const Site& site) const {
    const auto found = lines_.find(site.path);
    return found != lines_.end() && found->second.contains(site.span.line);
  }

 private:
  std::map<std::string, std::set<std::uint32_t>, std::less<>> lines_;
};

bool touches(const Finding& finding, const LineSet& lines) {
  const auto inside = [&](const AccessRecord& access) { return lines.contains(access.site); };
  return std::any_of(finding.region.begin(), finding.region.end(), inside) ||
         (finding.switch_point && lines.contains(finding.switch_point->site));
}

/// After what the evidence says about the GIL.
void say(Finding& finding, std::string text) {
  const auto gil = std::find_if(finding.evidence.rbegin(), finding.evidence.rend(),
                                [](const auto& row) { return row.kind == EvidenceKind::gil; });
  finding.evidence.insert(
      gil.base() == finding.evidence.begin() ? finding.evidence.end() : gil.base(),
      Evidence{EvidenceKind::gil, std::move(text), std::nullopt});
}

}  // namespace

bool has_gil_conditional(std::string_view text) {
  for (auto at = text.find(kMacro); at != text.npos; at = text.find(kMacro, at + 1)) {
    const std::size_t after = at + kMacro.size();
    if (at > 0 && is_name_character(text[at - 1])) continue;
    if (after < text.size() && is_name_character(text[after])) continue;
    // The logical line: continued ones belong together.
    std::size_t start = at;
    while (true) {
      const auto end_before = start == 0 ? text.npos : text.rfind('\n', start - 1);
      if (end_before == text.npos) {
        start = 0;
        break;
      }
      start = end_before + 1;
      const auto last = end_before == 0 ? text.npos : text.find_last_not_of('\r', end_before - 1);
      if (last == text.npos || text[last] != '\\') break;
      start = last;
    }
    const auto first = text.find_first_not_of(" \t\\\r\n", start);
    if (first == text.npos || text[first] != '#') continue;
    const auto word = text.find_first_not_of(" \t", first + 1);
    const auto word_end = word == text.npos ? word : text.find_first_of(" \t(!", word);
    if (word_end == text.npos || word_end > at) continue;
    const auto directive = text.substr(word, word_end - word);
    const auto subject = text.find_first_not_of(" \t", word_end);
    // `#define Py_GIL_DISABLED 1` and its #undef decide nothing.
    if ((directive == "define" || directive == "undef") && subject == at) continue;
    if (directive.starts_with("if") || directive.starts_with("elif") || directive == "define") {
      return true;
    }
  }
  return false;
}

std::vector<FileLines> lines_only_in(const Unit& unit, const Unit& other) {
  std::unordered_set<std::uint64_t> known;
  for_each(other, [&](auto, auto, std::uint64_t identity) { known.insert(identity); });
  std::map<std::string, std::set<std::uint32_t>> found;
  for_each(unit, [&](clang_plugin::FileId file, std::uint32_t line, std::uint64_t identity) {
    if (!known.contains(identity)) found[unit.files[file]].insert(line);
  });
  std::vector<FileLines> out;
  for (const auto& [path, lines] : found) out.push_back({path, {lines.begin(), lines.end()}});
  return out;
}

void add_build_with_gil(std::vector<Finding>& findings, std::vector<Finding> others,
                        const BuildLines& lines) {
  const LineSet free_threaded(lines.free_threaded);
  const LineSet with_gil(lines.with_gil);
  const auto key = [](const Finding& finding) {
    return std::tie(finding.path, finding.rule, finding.symbol, finding.location.name);
  };
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Key, Finding*> known;
  for (Finding& finding : findings) {
    known.emplace(key(finding), &finding);
    const bool only =
        !finding.region.empty() && finding.window != WindowClass::none &&
        std::all_of(finding.region.begin(), finding.region.end(),
                    [&](const auto& access) { return free_threaded.contains(access.site); });
    if (only) {
      say(finding, "compiled only with Py_GIL_DISABLED: it holds in the free-threaded build");
    }
  }
  std::vector<Finding> added;
  for (Finding& finding : others) {
    if (finding.window != WindowClass::already_racy || !touches(finding, with_gil)) continue;
    if (const auto same = known.find(key(finding)); same != known.end()) {
      if (same->second->span.line != finding.span.line) {
        same->second->evidence.push_back(
            {EvidenceKind::note,
             "the same in the build with the GIL, where this is compiled instead",
             Site{finding.path, finding.span}});
      }
      continue;
    }
    finding.message += ", in the build with the GIL";
    say(finding,
        "compiled only without Py_GIL_DISABLED: it holds in the build with the GIL, not in the "
        "free-threaded one");
    added.push_back(std::move(finding));
  }
  if (added.empty()) return;
  std::set<std::string, std::less<>> taken;
  for (const Finding& finding : findings) taken.insert(finding.fingerprint);
  for (Finding& finding : added) {
    while (!taken.insert(finding.fingerprint).second) {
      finding.fingerprint = hex16(stable_hash(finding.fingerprint + "#gil"));
    }
    findings.push_back(std::move(finding));
  }
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.path, a.span, a.rule, a.location.name, a.fingerprint) <
           std::tie(b.path, b.span, b.rule, b.location.name, b.fingerprint);
  });
}

}  // namespace gilcheck::project
