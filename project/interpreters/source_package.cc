#include "project/interpreters/source_package.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "project/file_reader.h"
#include "project/interpreters/carried_file.h"
#include "project/paths.h"
#include "project/run_program.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;

constexpr const char* kLock = "python-headers.lock";
constexpr const char* kKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
constexpr int kAptSeconds = 20;
constexpr std::uint64_t kLargestSmallFile = 1U << 20U;
constexpr const char* kOtherSource =
    "with a source tree or archive of CPython at hand, `--source DIR|TARBALL` builds that; "
    "`gilcheck interpreter doctor` shows what is missing";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return out;
}

/// "3.13.15-1" before "3.13.5-2": numbers by value, whatever stands between.
std::vector<unsigned> numbers_in(std::string_view version) {
  std::vector<unsigned> out;
  const char* at = version.data();
  const char* const end = at + version.size();
  while (at != end) {
    unsigned number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc()) out.push_back(number);
    at = next == at ? at + 1 : next;
  }
  return out;
}

std::string os_release(std::string_view key) {
  const ReadResult file = read_regular_file("/etc/os-release", kLargestSmallFile);
  for (std::string_view line : split(file.bytes, '\n')) {
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    if (!line.starts_with('=')) continue;
    line.remove_prefix(1);
    if (line.starts_with('"') && line.ends_with('"') && line.size() > 1) {
      line = line.substr(1, line.size() - 2);
    }
    return std::string(line);
  }
  return {};
}

/// apt-get that knows one suite and nothing of the machine's configuration.
class PrivateApt {
 public:
  PrivateApt(const BuildPlace& place, std::string suite, std::string mirror)
      : suite_(std::move(suite)),
        mirror_(std::move(mirror)),
        state_(join(place.apt, suite_)),
        log_(place.log) {}

  void update(const OnOutput& on_output) const {
    for (const char* directory : {"lists/partial", "archives/partial"}) {
      fs::create_directories(join(state_, directory));
    }
    std::string sources =
        "Types: deb-src\nURIs: " + mirror_ + "\nSuites: " + suite_ + "\nComponents: main\n";
    if (stamp_of(kKeyring).ok()) sources += std::string("Signed-By: ") + kKeyring + "\n";
    const std::string error = write_file_atomically(join(state_, "suite.sources"), sources);
    if (!error.empty())
      throw UserError("cannot write below '" + displayable(state_) + "': " + error);
    run("getting the list of source packages", {"update", "-o", "APT::Update::Error-Mode=any"},
        state_, on_output);
  }

  void download(const std::string& package, const std::string& directory,
                const OnOutput& on_output) const {
    run("getting the source package", {"source", "--download-only", package}, directory, on_output);
  }

 private:
  void run(const std::string& phase, const std::vector<std::string>& arguments,
           const std::string& directory, const OnOutput& on_output) const {
    BuildStep step{phase, {"apt-get", "-q"}, directory, {}};
    for (const std::string& option :
         {"Dir::State=" + state_, "Dir::State::lists=" + join(state_, "lists"),
          std::string("Dir::State::status=/dev/null"), "Dir::Cache=" + state_,
          "Dir::Etc::sourcelist=" + join(state_, "suite.sources"),
          std::string("Dir::Etc::sourceparts=/dev/null"), std::string("Dir::Etc::main=/dev/null"),
          std::string("Dir::Etc::preferences=/dev/null"),
          std::string("Dir::Etc::preferencesparts=/dev/null"),
          std::string("Acquire::Languages=none"), std::string("Acquire::Retries=2"),
          std::string("APT::Sandbox::User=")}) {
      step.arguments.emplace_back("-o");
      step.arguments.push_back(option);
    }
    step.arguments.insert(step.arguments.end(), arguments.begin(), arguments.end());
    run_step(step, log_, on_output);
  }

  std::string suite_;
  std::string mirror_;
  std::string state_;
  std::string log_;
};

/// Upstream's archive among what apt-get source has left in a directory, or "".
std::string upstream_archive(const std::string& directory) {
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.find(".orig.tar.") != std::string::npos && !name.ends_with(".asc")) return name;
  }
  return {};
}

/// The version in "python3.13_3.13.15-1.dsc" among them, or "".
std::string package_version(const std::string& directory) {
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    const auto underscore = name.find('_');
    if (!name.ends_with(".dsc") || underscore == std::string::npos) continue;
    return name.substr(underscore + 1, name.size() - underscore - 1 - 4);
  }
  return {};
}

std::string directory_of(const BuildPlace& place, const std::string& package,
                         const std::string& version) {
  return join(place.sources, package + "_" + version);
}

std::string origin_of(const std::string& package, const std::string& version,
                      const std::string& suite) {
  return package + " " + version + " (Debian " + suite + ")";
}

}  // namespace

std::vector<SourcePin> source_pins(std::string_view lock, std::string_view package) {
  std::vector<SourcePin> pins;
  for (const auto line : split(lock, '\n')) {
    const auto words = split(line, ' ');
    if (words.size() < 2 || line.starts_with('#')) continue;
    const auto equals = words[1].find('=');
    if (equals == std::string_view::npos || words[1].substr(0, equals) != package) continue;
    pins.push_back({std::string(words[0]), std::string(words[1].substr(equals + 1))});
  }
  std::stable_sort(pins.begin(), pins.end(), [](const SourcePin& a, const SourcePin& b) {
    return numbers_in(a.version) > numbers_in(b.version);
  });
  std::vector<SourcePin> out;
  const auto add = [&](SourcePin pin) {
    if (std::find(out.begin(), out.end(), pin) == out.end()) out.push_back(std::move(pin));
  };
  for (const auto& pin : pins) {
    add(pin);
    add({pin.suite, ""});
  }
  for (const char* suite : {"trixie", "forky", "sid"}) add({suite, ""});
  return out;
}

std::string debian_mirror() {
  const std::string codename = os_release("VERSION_CODENAME");
  if (codename.empty() || os_release("ID") != "debian") return {};
  const auto said = output_of({"apt-get", "indextargets", "--format",
                               "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages"},
                              kAptSeconds);
  if (!said) return {};
  for (const auto line : split(*said, '\n')) {
    const auto words = split(line, ' ');
    if (words.size() == 3 && words[1] == codename && words[2] == "main") {
      return std::string(words[0]);
    }
  }
  return {};
}

std::optional<SourceArchive> fetched_source(const BuildPlace& place, const std::string& package) {
  for (const auto& pin : source_pins(carried_file(kLock), package)) {
    if (pin.version.empty()) continue;
    const std::string directory = directory_of(place, package, pin.version);
    const std::string archive = upstream_archive(directory);
    if (!archive.empty()) {
      return SourceArchive{join(directory, archive), origin_of(package, pin.version, pin.suite)};
    }
  }
  return std::nullopt;
}

SourceArchive fetch_source(const BuildPlace& place, const std::string& package,
                           const OnOutput& on_output) {
  if (find_on_path("apt-get").empty()) {
    throw UserError("there is no apt-get here to get the source package of " + package,
                    kOtherSource);
  }
  const std::string mirror = debian_mirror();
  if (mirror.empty()) {
    throw UserError("apt's configuration names no Debian mirror to get " + package + " from",
                    kOtherSource);
  }
  std::string unreachable;
  bool reached = false;
  std::string updated;
  for (const auto& pin : source_pins(carried_file(kLock), package)) {
    if (pin.suite == unreachable) continue;
    const PrivateApt apt(place, pin.suite, mirror);
    if (pin.suite != updated) {
      try {
        apt.update(on_output);
        updated = pin.suite;
        reached = true;
      } catch (const StepFailed&) {
        unreachable = pin.suite;
        continue;
      }
    }
    // Where other suites' attempts and interrupted ones left nothing.
    const std::string scratch = join(place.work, "download");
    fs::remove_all(scratch);
    fs::create_directories(scratch);
    try {
      apt.download(package + (pin.version.empty() ? "" : "=" + pin.version), scratch, on_output);
    } catch (const StepFailed&) {
      continue;
    }
    const std::string archive = upstream_archive(scratch);
    const std::string version = package_version(scratch);
    if (archive.empty() || version.empty()) continue;
    const std::string directory = directory_of(place, package, version);
    fs::create_directories(place.sources);
    fs::remove_all(directory);
    fs::rename(scratch, directory);
    return {join(directory, archive), origin_of(package, version, pin.suite)};
  }
  if (!reached) {
    throw UserError("cannot reach the Debian mirror that apt is configured with, " + mirror +
                        "; apt-get said:\n" + last_lines(place.log, 6),
                    std::string("is the network up? ") + kOtherSource);
  }
  throw UserError("no Debian suite has a source package " + package, kOtherSource);
}

}  // namespace gilcheck::project
