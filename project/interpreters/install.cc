#include "project/interpreters/install.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>

#include "project/content_hash.h"
#include "project/file_reader.h"
#include "project/interpreters/build_needs.h"
#include "project/interpreters/build_step.h"
#include "project/interpreters/carried_file.h"
#include "project/interpreters/interpreter_facts.h"
#include "project/interpreters/interruption.h"
#include "project/interpreters/source_package.h"
#include "project/interpreters/source_tree.h"
#include "project/paths.h"
#include "project/run_program.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTailLines = 12;
constexpr auto kLockTick = std::chrono::milliseconds(200);
constexpr const char* kPackagesLock = "managed-interpreter.lock";

unsigned processors() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

std::string stamp(const std::string& path) {
  return read_regular_file(path, 1U << 20U).bytes;
}

class Installation {
 public:
  Installation(const InstallRequest& request, const OnInstallProgress& on_progress)
      : request_(request), on_progress_(on_progress), place_(request.name) {}

  InstallResult run() {
    FileLock lock(place_.lock);
    while (!lock.try_lock()) {
      show("waiting for another installation of " + request_.name.text());
      InterruptionGuard::check();
      std::this_thread::sleep_for(kLockTick);
    }
    InstallResult result;
    const auto there = installed_interpreter(request_.name);
    if (there && !request_.again) {
      result.interpreter = *there;
      result.note = add_what_is_missing(*there);
      return result;
    }
    check_machine();
    result.interpreter = build();
    result.built = true;
    result.note = note_;
    return result;
  }

 private:
  void show(const std::string& phase, std::optional<double> fraction = std::nullopt) {
    on_progress_({phase, fraction});
  }

  void check_machine() {
    const auto needs = build_needs(request_.name);
    std::string missing;
    for (const auto& need : needs) {
      if (need.there || !need.essential) continue;
      missing += (missing.empty() ? "" : ", ") + need.name;
    }
    if (!missing.empty()) {
      throw UserError("building " + request_.name.text() + " needs what is not here: " + missing,
                      "on Debian: `" + how_to_get(needs, false) + "`");
    }
    for (const auto& need : needs) {
      if (!need.there) note_ += (note_.empty() ? "" : "; ") + need.found;
    }
    if (!note_.empty()) {
      note_ = "built with " + note_ + ": `" + how_to_get(needs, false) +
              "`, then `gilcheck interpreter install --again " + request_.name.text() + "`";
    }
    const auto free = free_room(place_.root);
    const auto room = room_for_build(request_.name);
    if (free < room) {
      throw UserError("there is too little room at '" + displayable(place_.root) +
                          "': " + std::to_string(free / 1'000'000) + " MB free, " +
                          std::to_string(room / 1'000'000) + " MB needed",
                      "XDG_CACHE_HOME chooses another place");
    }
  }

  InstalledInterpreter build() {
    fs::create_directories(place_.work);
    fs::remove(place_.log);
    const SourceTree tree = sources();
    source_ = tree.directory;
    configure(tree);
    compile();
    stage();
    add_packages();
    finish(tree);
    const auto out = installed_interpreter(request_.name);
    if (!out) throw failure("the result", "is incomplete");
    return *out;
  }

  // ------------------------------------------------------------------------------------ phases

  SourceTree sources() {
    if (!request_.source.empty()) {
      return named_source(request_.source, request_.name, place_, ticker("preparing the sources"));
    }
    const std::string package = "python" + request_.name.version();
    auto archive = fetched_source(place_, package);
    if (!archive) archive = fetch_source(place_, package, ticker("getting the source package"));
    return unpacked_source(archive->path, archive->origin, request_.name, place_,
                           ticker("preparing the sources"));
  }

  void configure(const SourceTree& tree) {
    compiler_ = build_compiler(request_.name);
    arguments_ = {"--prefix=" + place_.final, "--without-ensurepip"};
    if (request_.name.free_threaded) arguments_.emplace_back("--disable-gil");
    if (request_.name.thread_sanitizer) arguments_.emplace_back("--with-thread-sanitizer");

    BuildStep step{"configuring", {join(tree.directory, "configure")}, place_.build, {}};
    step.arguments.insert(step.arguments.end(), arguments_.begin(), arguments_.end());
    if (request_.name.thread_sanitizer) {
      step.environment.emplace_back("CC", compiler_);
      step.environment.emplace_back("LIBS", report_hook());
    }
    prepare(step);

    std::string key = tree.identity + "\n" + find_on_path(compiler_) + "\n";
    for (const auto& argument : step.arguments) key += argument + "\n";
    if (request_.name.thread_sanitizer) key += std::string(carried_file("report_hook.c"));
    const std::string done = join(place_.work, "configured");
    if (stamp(done) == key && stamp_of(join(place_.build, "Makefile")).ok()) return;
    fs::remove(done);
    fs::remove_all(place_.build);
    fs::create_directories(place_.build);
    execute(step, ticker(step.phase));
    write(done, key);
  }

  /// An object file for the interpreter that tells us of the sanitizer's reports.
  std::string report_hook() {
    const std::string source = join(place_.work, "report_hook.c");
    const std::string object = join(place_.work, "report_hook.o");
    write(source, carried_file("report_hook.c"));
    BuildStep step{
        "configuring", {compiler_, "-O1", "-fPIC", "-c", source, "-o", object}, place_.work, {}};
    execute(step, ticker(step.phase));
    return object;
  }

  void compile() {
    BuildStep plan{"compiling", {"make", "-n"}, place_.build, {}};
    prepare(plan);
    const auto compiles = [](std::string_view lines) {
      double count = 0;
      for (auto at = lines.find(" -c "); at != std::string_view::npos;
           at = lines.find(" -c ", at + 1)) {
        ++count;
      }
      return count;
    };
    double total = 0;
    try {
      run_step(plan, join(place_.work, "plan.log"), [&](std::string_view lines) {
        total += compiles(lines);
        show(plan.phase);
      });
    } catch (const StepFailed&) {
      total = 0;  // then without percentage
    }
    fs::remove(join(place_.work, "plan.log"));

    const unsigned jobs = request_.jobs != 0 ? request_.jobs : processors();
    BuildStep step{"compiling", {"make", "-j" + std::to_string(jobs)}, place_.build, {}};
    prepare(step);
    double done = 0;
    execute(step, [&](std::string_view lines) {
      done += compiles(lines);
      if (total > 0) {
        show(step.phase, std::min(1.0, done / total));
      } else {
        show(step.phase);
      }
    });
  }

  void stage() {
    fs::remove_all(place_.stage);
    BuildStep step{"installing", {"make", "install", "DESTDIR=" + place_.stage}, place_.build, {}};
    prepare(step);
    execute(step, ticker(step.phase));
    staged_ = place_.stage + place_.final;
    python_ = join(staged_, "bin/python" + request_.name.version());
  }

  void add_packages() {
    BuildStep step{"adding pip", {python_, "-I", "-m", "ensurepip"}, place_.work, {}};
    prepare(step);
    step.environment.emplace_back("PIP_ROOT_USER_ACTION", "ignore");
    execute(step, ticker(step.phase));
    const std::string trouble = add_pytest(python_);
    if (!trouble.empty()) note_ += (note_.empty() ? "" : "\n") + trouble;
    point_scripts_to(place_.final);
    if (request_.name.thread_sanitizer) keep_suppressions();
  }

  /// From the index that the person has configured for pip. Not having it is no reason to have no
  /// interpreter: "" or what to say.
  std::string add_pytest(const std::string& python) {
    const std::string lock = join(place_.work, kPackagesLock);
    write(lock, carried_file(kPackagesLock));
    BuildStep step{"adding pytest",
                   {python, "-I", "-m", "pip", "install", "--disable-pip-version-check",
                    "--no-warn-script-location", "--no-input", "--require-hashes", "-r", lock},
                   place_.work,
                   {}};
    prepare(step);
    step.environment.emplace_back("PIP_ROOT_USER_ACTION", "ignore");
    try {
      run_step(step, place_.log, ticker(step.phase));
    } catch (const StepFailed& error) {
      return "pytest could not be added (" + std::string(error.what()) + "); pip said:\n" +
             last_lines(place_.log, 4) +
             "  once its index can be reached, `gilcheck interpreter install " +
             request_.name.text() + "` adds it";
    }
    return {};
  }

  /// What CPython's developers know of its races and accept.
  void keep_suppressions() {
    std::string all;
    for (const char* name : {"suppressions.txt", "suppressions_free_threading.txt"})
      all += read_regular_file(join(source_, std::string("Tools/tsan/") + name), 1U << 20U).bytes +
             "\n";
    write(join(staged_, kSanitizerSuppressions), all);
  }

  std::string add_what_is_missing(const InstalledInterpreter& there) {
    const auto facts = ask_interpreter(there.executable);
    if (!facts || !facts->pytest.empty()) return {};
    fs::create_directories(place_.work);
    fs::remove(place_.log);
    std::string trouble = add_pytest(there.executable);
    if (trouble.empty()) fs::remove_all(place_.work);
    return trouble;
  }

  /// pip writes the interpreter's path of the moment into the scripts it makes: into the first
  /// line, or behind it where that would become too long for the kernel.
  void point_scripts_to(const std::string& prefix) {
    for (const auto& entry : fs::directory_iterator(join(staged_, "bin"))) {
      if (!entry.is_regular_file() || entry.is_symlink()) continue;
      const std::string path = entry.path().string();
      constexpr std::string_view kScript = "#!";
      if (read_start(path, kScript.size()) != kScript) continue;
      ReadResult file = read_regular_file(path, 1U << 20U);
      if (!file.ok() || file.bytes.find(staged_) == std::string::npos) continue;
      for (std::size_t at = 0; (at = file.bytes.find(staged_, at)) != std::string::npos;
           at += prefix.size()) {
        file.bytes.replace(at, staged_.size(), prefix);
      }
      std::ofstream out(path, std::ios::binary | std::ios::trunc);  // keeps the mode
      out << file.bytes;
      if (!out.flush()) throw failure("installing", "cannot write " + displayable(path));
    }
  }

  void finish(const SourceTree& tree) {
    show("checking");
    const auto facts = ask_interpreter(python_);
    if (!facts) throw failure("checking", "the interpreter does not start");
    if (facts->free_threaded != request_.name.free_threaded ||
        facts->minor() != request_.name.minor) {
      throw failure("checking", "it is " + described(*facts));
    }
    // Last: it says that the directory is complete.
    write(join(staged_, "gilcheck-interpreter.json"),
          write_manifest({request_.name.text(), facts->version, tree.origin, arguments_,
                          find_on_path(compiler_)}));
    InterruptionGuard::check();
    if (::renameat2(AT_FDCWD, staged_.c_str(), AT_FDCWD, place_.final.c_str(), RENAME_EXCHANGE) !=
        0) {
      // Nothing was there, or the file system cannot exchange.
      std::error_code error;
      fs::remove_all(place_.final, error);
      if (::rename(staged_.c_str(), place_.final.c_str()) != 0) {
        throw failure("installing", std::generic_category().message(errno));
      }
    }
    std::error_code ignored;
    fs::remove_all(place_.work, ignored);
  }

  // ------------------------------------------------------------------------------------- tools

  OnOutput ticker(std::string phase) {
    show(phase);
    return [this, phase = std::move(phase)](std::string_view) { show(phase); };
  }

  void prepare(BuildStep& step) const {
    if (!request_.name.thread_sanitizer) return;
    // ThreadSanitizer maps fixed addresses, which a layout with much randomness may occupy.
    step.fixed_layout = true;
    // CPython's own known races are no reason for a step of the build to fail.
    step.environment.emplace_back("TSAN_OPTIONS", "exitcode=0 report_bugs=0");
  }

  void execute(const BuildStep& step, const OnOutput& on_output) {
    try {
      run_step(step, place_.log, on_output);
    } catch (const StepFailed& error) {
      throw failure(step.phase, error.what());
    }
  }

  InstallFailed failure(const std::string& phase, const std::string& why) const {
    return {"installing " + request_.name.text() + " failed while " + phase + ": " + why,
            "the whole log is " + displayable(place_.log) +
                "; the next `gilcheck interpreter install " + request_.name.text() +
                "` goes on from there",
            last_lines(place_.log, kTailLines)};
  }

  void write(const std::string& path, std::string_view text) const {
    const std::string error = write_file_atomically(path, text);
    if (!error.empty()) throw UserError("cannot write '" + displayable(path) + "': " + error);
  }

  const InstallRequest& request_;
  const OnInstallProgress& on_progress_;
  BuildPlace place_;
  std::string compiler_;
  std::vector<std::string> arguments_;
  std::string source_;
  std::string staged_;
  std::string python_;
  std::string note_;
};

}  // namespace

InstallResult install_interpreter(const InstallRequest& request,
                                  const OnInstallProgress& on_progress) {
  const InterruptionGuard guard;
  try {
    return Installation(request, on_progress).run();
  } catch (const fs::filesystem_error& error) {
    throw UserError("cannot install " + request.name.text() + ": " + error.what(),
                    "XDG_CACHE_HOME chooses another place");
  }
}

}  // namespace gilcheck::project
