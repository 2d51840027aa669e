#include "project/c/compiler_flags.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "project/c/shell_words.h"
#include "project/file_reader.h"
#include "project/paths.h"

namespace gilcheck::project {

namespace {

constexpr std::uint64_t kLargestResponseFile = 4U << 20U;
constexpr int kDeepestResponseFile = 8;
constexpr std::size_t kMostWords = 100'000;

enum class Value : unsigned char { path, text };
enum class Fate : unsigned char { keep, drop };

/// A flag that takes a value: joined to it (`-Ifoo`), as the next word (`-I foo`), or either.
struct ValueFlag {
  std::string_view name;
  Value value;
  Fate fate;
  bool joined;
  bool separate;
};

// The longest match counts, so `-include-pch` must not be taken for `-include`.
constexpr std::array<ValueFlag, 45> kValueFlags = {{
    {"-I", Value::path, Fate::keep, true, true},
    {"-isystem", Value::path, Fate::keep, true, true},
    {"-iquote", Value::path, Fate::keep, true, true},
    {"-idirafter", Value::path, Fate::keep, true, true},
    {"-isysroot", Value::path, Fate::keep, true, true},
    {"--sysroot=", Value::path, Fate::keep, true, false},
    {"--sysroot", Value::path, Fate::keep, false, true},
    {"-include", Value::path, Fate::keep, false, true},
    {"-imacros", Value::path, Fate::keep, false, true},
    {"-D", Value::text, Fate::keep, true, true},
    {"-U", Value::text, Fate::keep, true, true},
    {"-std=", Value::text, Fate::keep, true, false},
    {"--std=", Value::text, Fate::keep, true, false},
    {"-stdlib=", Value::text, Fate::keep, true, false},
    {"-x", Value::text, Fate::keep, true, true},
    {"-target", Value::text, Fate::keep, false, true},
    {"--target=", Value::text, Fate::keep, true, false},
    {"-march=", Value::text, Fate::keep, true, false},
    {"-mcpu=", Value::text, Fate::keep, true, false},
    {"-mabi=", Value::text, Fate::keep, true, false},
    {"-mtune=", Value::text, Fate::drop, true, false},
    {"-include-pch", Value::text, Fate::drop, false, true},
    {"-o", Value::text, Fate::drop, true, true},
    {"-MF", Value::text, Fate::drop, true, true},
    {"-MT", Value::text, Fate::drop, true, true},
    {"-MQ", Value::text, Fate::drop, true, true},
    {"-MJ", Value::text, Fate::drop, true, true},
    {"-arch", Value::text, Fate::drop, false, true},
    {"-framework", Value::text, Fate::drop, false, true},
    {"-L", Value::text, Fate::drop, true, true},
    {"-l", Value::text, Fate::drop, true, true},
    {"-T", Value::text, Fate::drop, true, true},
    {"-u", Value::text, Fate::drop, false, true},
    {"-z", Value::text, Fate::drop, false, true},
    {"-Xlinker", Value::text, Fate::drop, false, true},
    {"-Xassembler", Value::text, Fate::drop, false, true},
    {"-Xpreprocessor", Value::text, Fate::drop, false, true},
    {"-Xclang", Value::text, Fate::drop, false, true},
    {"-mllvm", Value::text, Fate::drop, false, true},
    {"--param", Value::text, Fate::drop, false, true},
    {"--param=", Value::text, Fate::drop, true, false},
    {"-specs=", Value::text, Fate::drop, true, false},
    {"-fplugin=", Value::text, Fate::drop, true, false},
    {"-dumpdir", Value::text, Fate::drop, false, true},
    {"-B", Value::text, Fate::drop, true, true},
}};

/// Without a value, and worth keeping.
const std::unordered_set<std::string_view>& kept_switches() {
  static const std::unordered_set<std::string_view> all = {
      "-ansi",          "-nostdinc",       "-nostdinc++",
      "-undef",         "-pthread",        "-m32",
      "-m64",           "-mx32",           "-fopenmp",
      "-fexceptions",   "-fno-exceptions", "-frtti",
      "-fno-rtti",      "-fsigned-char",   "-funsigned-char",
      "-fshort-enums",  "-fshort-wchar",   "-fms-extensions",
      "-fgnu89-inline", "-fblocks",        "-fcoroutines",
      "-fchar8_t",      "-fno-char8_t",    "-ffast-math",
      "-ffreestanding", "-fno-builtin",    "-fwrapv",
      "-fpermissive"};
  return all;
}

/// Processor features: they decide which branch of `#ifdef __AVX2__` is compiled.
bool is_feature(std::string_view word) {
  constexpr std::array<std::string_view, 19> kFeatures = {
      "sse", "ssse3", "avx",   "fma", "bmi", "popcnt", "aes",  "pclmul",  "f16c", "lzcnt",
      "mmx", "3dnow", "xsave", "sha", "adx", "rdrnd",  "neon", "altivec", "vsx"};
  if (!word.starts_with("-m")) return false;
  word.remove_prefix(2);
  if (word.starts_with("no-")) word.remove_prefix(3);
  return std::any_of(kFeatures.begin(), kFeatures.end(),
                     [&](std::string_view feature) { return word.starts_with(feature); });
}

/// What changes code generation, messages or linking only.
bool is_harmless(std::string_view word) {
  constexpr std::array<std::string_view, 14> kPrefixes = {
      "-W", "-f", "-g",          "-O",         "-M",      "-pedantic", "-Q",
      "-R", "-d", "-save-temps", "--coverage", "-static", "-shared",   "-cxx-isystem"};
  const bool prefix = std::any_of(kPrefixes.begin(), kPrefixes.end(),
                                  [&](std::string_view known) { return word.starts_with(known); });
  static const std::unordered_set<std::string_view> kExact = {"-c",
                                                              "-S",
                                                              "-E",
                                                              "-w",
                                                              "-v",
                                                              "-s",
                                                              "-p",
                                                              "-pg",
                                                              "-pipe",
                                                              "-rdynamic",
                                                              "-nostdlib",
                                                              "-nodefaultlibs",
                                                              "-pie",
                                                              "-no-pie",
                                                              "-P",
                                                              "-C",
                                                              "-H",
                                                              "-ccc-print-phases",
                                                              "-###",
                                                              "--",
                                                              "-mno-red-zone",
                                                              "-mstackrealign",
                                                              "-momit-leaf-frame-pointer",
                                                              "-mno-omit-leaf-frame-pointer",
                                                              "-mshstk",
                                                              "-mretpoline",
                                                              "-mindirect-branch-register",
                                                              "-mfpmath=sse"};
  return prefix || kExact.contains(word);
}

std::string absolute_value(Value kind, std::string_view value, const std::string& directory) {
  if (kind == Value::text || value.starts_with("=") || value.empty()) return std::string(value);
  return absolute_path(value, directory);
}

/// Expands response files; what cannot be read is named.
void expand(const std::vector<std::string>& words, const std::string& directory, int depth,
            CompilerFlags& out, std::vector<std::string>& expanded) {
  for (const auto& word : words) {
    if (expanded.size() >= kMostWords) return;
    if (!word.starts_with('@') || word.size() == 1) {
      expanded.push_back(word);
      continue;
    }
    const std::string path = absolute_path(word.substr(1), directory);
    if (depth >= kDeepestResponseFile) {
      out.problems.push_back("response file '" + displayable(path) + "' includes itself");
      continue;
    }
    const ReadResult file = read_regular_file(path, kLargestResponseFile);
    if (!file.ok()) {
      out.problems.push_back("response file '" + displayable(path) + "': " + file.error);
      continue;
    }
    expand(split_shell_words(file.bytes), directory, depth + 1, out, expanded);
  }
}

const ValueFlag* value_flag(std::string_view word) {
  const ValueFlag* best = nullptr;
  for (const auto& flag : kValueFlags) {
    const bool fits =
        word == flag.name ? flag.separate : flag.joined && word.starts_with(flag.name);
    if (fits && (best == nullptr || flag.name.size() > best->name.size())) best = &flag;
  }
  return best;
}

/// `ccache cc`, `distcc g++`: what runs the compiler is not an input.
bool is_launcher(std::string_view word) {
  const std::string_view name = last_part(word);
  return name == "ccache" || name == "distcc" || name == "sccache" || name == "icecc";
}

}  // namespace

CompilerFlags compiler_flags(const std::vector<std::string>& words, const std::string& directory) {
  CompilerFlags out;
  std::vector<std::string> all;
  expand(words, directory, 0, out, all);
  std::size_t at = 0;
  while (at + 1 < all.size() && is_launcher(all[at])) ++at;
  for (++at; at < all.size(); ++at) {
    const std::string& word = all[at];
    if (!word.starts_with('-') || word == "-") continue;  // the source, objects, libraries
    if (const ValueFlag* flag = value_flag(word)) {
      const bool separate = word == flag->name;
      if (separate && at + 1 == all.size()) continue;
      const std::string raw = separate ? all[++at] : word.substr(flag->name.size());
      if (flag->fate == Fate::drop) continue;
      const std::string value = absolute_value(flag->value, raw, directory);
      // Joined, so that no list of arguments has to be read in pairs later.
      const bool can_join = flag->joined;
      if (can_join) {
        out.arguments.push_back(std::string(flag->name) + value);
      } else {
        out.arguments.emplace_back(flag->name);
        out.arguments.push_back(value);
      }
      continue;
    }
    if (kept_switches().contains(word) || is_feature(word)) {
      out.arguments.push_back(word);
    } else if (!is_harmless(word)) {
      out.unknown.push_back(word);
    }
  }
  return out;
}

namespace {

/// Names of clang/Basic/LangStandards.def, LLVM 19; a "gnu" in place of "c" is the same standard.
bool is_standard(std::string_view name, bool cplusplus) {
  static const std::unordered_set<std::string_view> kC = {"c89",
                                                          "c90",
                                                          "c99",
                                                          "c9x",
                                                          "c11",
                                                          "c1x",
                                                          "c17",
                                                          "c18",
                                                          "c23",
                                                          "c2x",
                                                          "c2y",
                                                          "iso9899:1990",
                                                          "iso9899:199409",
                                                          "iso9899:1999",
                                                          "iso9899:199x",
                                                          "iso9899:2011",
                                                          "iso9899:201x",
                                                          "iso9899:2017",
                                                          "iso9899:2018",
                                                          "iso9899:2024"};
  static const std::unordered_set<std::string_view> kCplusplus = {
      "c++98", "c++03", "c++0x", "c++11", "c++1y", "c++14", "c++1z",
      "c++17", "c++2a", "c++20", "c++2b", "c++23", "c++2c", "c++26"};
  std::string plain(name);
  if (name.starts_with("gnu")) plain = "c" + std::string(name.substr(3));
  return (cplusplus ? kCplusplus : kC).contains(plain);
}

}  // namespace

void drop_foreign_standard(CompilerFlags& flags, bool cplusplus) {
  std::erase_if(flags.arguments, [&](const std::string& word) {
    const bool standard = word.starts_with("-std=") || word.starts_with("--std=");
    if (!standard || is_standard(std::string_view(word).substr(word.find('=') + 1), cplusplus)) {
      return false;
    }
    flags.unknown.push_back(word);
    return true;
  });
}

std::vector<std::string> essential_flags(const std::vector<std::string>& arguments) {
  constexpr std::array<std::string_view, 9> kJoined = {
      "-I", "-isystem", "-iquote", "-idirafter", "-D", "-U", "-std=", "-x", "-resource-dir="};
  std::vector<std::string> out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "-include" && i + 1 < arguments.size()) {
      out.push_back(word);
      out.push_back(arguments[++i]);
      continue;
    }
    if (std::any_of(kJoined.begin(), kJoined.end(),
                    [&](std::string_view known) { return word.starts_with(known); }) ||
        word == "-w" || word.starts_with("-Wno-error=") || word.starts_with("-ferror-limit=")) {
      out.push_back(word);
    }
  }
  return out;
}

std::vector<std::string> include_directories(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  for (const auto& word : arguments) {
    for (const std::string_view flag : {"-isystem", "-iquote", "-idirafter", "-I"}) {
      if (!word.starts_with(flag)) continue;
      out.push_back(word.substr(flag.size()));
      break;
    }
  }
  return out;
}

}  // namespace gilcheck::project
