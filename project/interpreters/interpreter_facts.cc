#include "project/interpreters/interpreter_facts.h"

#include <nlohmann/json.hpp>

#include "project/interpreters/carried_file.h"
#include "project/run_program.h"

namespace gilcheck::project {

namespace {

using Json = nlohmann::json;

/// It takes a tenth of a second; on a machine that is busy with a build, a hundred times that.
constexpr int kSeconds = 60;

std::string implementation_name(const std::string& name) {
  if (name == "cpython") return "CPython";
  if (name == "pypy") return "PyPy";
  return name;
}

}  // namespace

std::string described(const InterpreterFacts& facts) {
  std::string out = implementation_name(facts.implementation) + " " + facts.version;
  out += facts.free_threaded ? ", free-threaded" : ", with the GIL";
  if (facts.debug) out += ", debug build";
  if (facts.thread_sanitizer) out += ", ThreadSanitizer";
  return out;
}

std::string why_unfit(const InterpreterFacts& facts) {
  if (facts.implementation != "cpython") return "not CPython";
  if (facts.major() != 3 || facts.minor() < kOldestRuntimeMinor) {
    return "older than 3." + std::to_string(kOldestRuntimeMinor);
  }
  return {};
}

std::optional<InterpreterFacts> parse_interpreter_facts(std::string_view json) {
  // A sitecustomize may print lines of its own first.
  const auto start = json.rfind("\n{");
  if (start != std::string_view::npos) json.remove_prefix(start + 1);
  const Json value = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return std::nullopt;
  InterpreterFacts out;
  try {
    const auto text = [&](const char* key) { return value.at(key).get<std::string>(); };
    const auto flag = [&](const char* key) { return value.at(key).get<bool>(); };
    out.executable = text("executable");
    out.implementation = text("implementation");
    out.version = text("version");
    out.hexversion = value.at("hexversion").get<std::uint32_t>();
    out.free_threaded = flag("free_threaded");
    out.gil_enabled = flag("gil_enabled");
    out.gil_switchable = flag("gil_switchable");
    out.debug = flag("debug");
    out.thread_sanitizer = flag("thread_sanitizer");
    out.prefix = text("prefix");
    out.base_prefix = text("base_prefix");
    out.include = text("include");
    out.platinclude = text("platinclude");
    out.headers = flag("headers");
    out.internal_headers = flag("internal_headers");
    out.soabi = text("soabi");
    out.extension_suffix = text("extension_suffix");
    out.cache_tag = text("cache_tag");
    out.pytest = text("pytest");
  } catch (const Json::exception&) {
    return std::nullopt;
  }
  return out;
}

std::optional<InterpreterFacts> ask_interpreter(const std::string& interpreter) {
  const auto said = output_of(
      {interpreter, "-I", "-c", std::string(carried_file("interpreter_facts.py"))}, kSeconds);
  if (!said) return std::nullopt;
  return parse_interpreter_facts(*said);
}

}  // namespace gilcheck::project
