#include "project/interpreters/source_tree.h"

#include <filesystem>
#include <string_view>
#include <system_error>

#include "project/content_hash.h"
#include "project/file_reader.h"
#include "project/paths.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestHeader = 1U << 20U;

/// Identity of a file without reading it: an archive is large.
std::string state_of(const std::string& path) {
  const auto stamp = stamp_of(path).stamp;
  return path + " " + std::to_string(stamp.size) + " " + std::to_string(stamp.mtime_ns);
}

/// Throws UserError unless `directory` holds the sources of the release that `name` means.
void check(const std::string& directory, const std::string& shown, const ManagedName& name) {
  const ReadResult header =
      read_regular_file(join(directory, "Include/patchlevel.h"), kLargestHeader);
  const std::string version = version_in_patchlevel(header.bytes);
  if (version.empty() || !stamp_of(join(directory, "configure")).ok()) {
    throw UserError("'" + shown + "' does not hold the sources of CPython",
                    "--source wants the top folder, with `configure` and Include/patchlevel.h, or "
                    "an archive of it");
  }
  if (!version.starts_with(name.version() + ".")) {
    const auto dot = version.find('.', 2);
    throw UserError("'" + shown + "' is CPython " + version + ", not " + name.version(),
                    "name it so: `gilcheck interpreter install " + version.substr(0, dot) +
                        name.text().substr(name.version().size()) + " --source ...`");
  }
}

}  // namespace

std::string version_in_patchlevel(std::string_view header) {
  constexpr std::string_view kDefine = "#define PY_VERSION ";
  const auto at = header.find(kDefine);
  if (at == std::string_view::npos) return {};
  std::string_view rest = header.substr(at + kDefine.size());
  rest = rest.substr(0, rest.find('\n'));
  const auto open = rest.find('"');
  const auto close = rest.rfind('"');
  if (open == std::string_view::npos || open == close) return {};
  return std::string(rest.substr(open + 1, close - open - 1));
}

SourceTree unpacked_source(const std::string& archive, const std::string& origin,
                           const ManagedName& name, const BuildPlace& place,
                           const OnOutput& on_output) {
  const std::string key = state_of(archive);
  const std::string done = join(place.work, "unpacked");
  if (read_regular_file(done, kLargestHeader).bytes != key) {
    fs::remove(done);
    fs::remove_all(place.tree);
    fs::create_directories(place.tree);
    // The archive's own top folder may have any name; it is dropped.
    const BuildStep step{
        "unpacking",
        {"tar", "-xf", archive, "-C", place.tree, "--strip-components", "1", "--no-same-owner"},
        place.work,
        {}};
    try {
      run_step(step, place.log, on_output);
    } catch (const StepFailed& error) {
      throw UserError("cannot unpack '" + displayable(archive) + "': " + error.what() + "\n" +
                          last_lines(place.log, 3),
                      "--source wants a directory or an archive that tar understands");
    }
    check(place.tree, displayable(archive), name);
    if (const std::string error = write_file_atomically(done, key); !error.empty()) {
      throw UserError("cannot write '" + displayable(done) + "': " + error);
    }
  }
  return {place.tree, origin, key};
}

SourceTree named_source(const std::string& source, const ManagedName& name, const BuildPlace& place,
                        const OnOutput& on_output) {
  const std::string path = absolute_path(source, current_directory());
  std::error_code error;
  if (fs::is_directory(path, error)) {
    check(path, displayable(source), name);
    // CPython's makefile refuses a second build of sources that have been built where they are.
    if (stamp_of(join(path, "pyconfig.h")).ok()) {
      throw UserError("'" + displayable(source) + "' has been built where it is",
                      "`make distclean` there makes it usable for another build");
    }
    // What else changes there is make's business.
    return {path, path,
            state_of(join(path, "configure")) + state_of(join(path, "Makefile.pre.in"))};
  }
  if (!stamp_of(path).ok()) {
    throw UserError("there is no '" + displayable(source) + "'",
                    "--source wants a directory or an archive with the sources of CPython");
  }
  return unpacked_source(path, path, name, place, on_output);
}

}  // namespace gilcheck::project
