#include "cli/interpreter_doctor.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "project/interpreters/build_needs.h"
#include "project/interpreters/interpreter_check.h"
#include "project/interpreters/interpreter_choice.h"
#include "project/interpreters/interpreter_facts.h"
#include "project/interpreters/interpreter_store.h"
#include "project/interpreters/source_package.h"
#include "project/paths.h"
#include "project/run_program.h"

namespace gilcheck::cli {

namespace {

using project::ManagedName;

constexpr std::size_t kLabelWidth = 16;

std::string row(std::string label, const std::string& text) {
  label.resize(std::max(label.size() + 1, kLabelWidth), ' ');
  return "  " + label + text + "\n";
}

std::string comma(const std::string& text) {
  return text.empty() ? text : ", " + text;
}

/// What an interpreter can do, and in `broken` whether the runtime cannot use it.
std::string abilities(const project::InterpreterFacts& facts, bool& broken) {
  std::string out = project::described(facts);
  if (facts.gil_switchable) out += ", -X gil=1 switches the GIL on";
  const std::string trouble = project::try_extension(facts);
  out += trouble.empty() ? ", headers there and an extension builds and loads" : comma(trouble);
  out += facts.pytest.empty() ? ", no pytest" : ", pytest " + facts.pytest;
  broken = !trouble.empty();
  return out;
}

class Doctor {
 public:
  ExitStatus run(const std::string& python) {
    managed();
    chosen(python);
    building();
    out_ += "\n" + (next_.empty() ? std::string("Nothing to do.\n") : "Next: " + next_ + "\n");
    write_out(out_);
    return usable_ ? ExitStatus::clean : ExitStatus::findings;
  }

 private:
  void suggest(const std::string& what) {
    if (next_.empty()) next_ = what;
  }

  void managed() {
    out_ +=
        "Managed interpreters (" + project::displayable(project::interpreters_directory()) + ")\n";
    auto all = project::installed_interpreters();
    for (const auto& item : all) {
      const std::string name = item.name.text();
      const auto facts = project::ask_interpreter(item.executable);
      bool broken = true;
      out_ += row(name, facts ? abilities(*facts, broken) : "does not start");
      if (!facts) suggest("`gilcheck interpreter install --again " + name + "`: it does not start");
      if (facts && facts->pytest.empty()) {
        suggest("`gilcheck interpreter install " + name + "` adds pytest");
      }
    }
    for (const ManagedName name : {project::kDefaultInterpreter, ManagedName{13, true, true}}) {
      const bool there =
          std::any_of(all.begin(), all.end(), [&](const auto& item) { return item.name == name; });
      if (!there) out_ += row(name.text(), "not installed");
    }
  }

  void chosen(const std::string& python) {
    out_ += "\nChosen for the runtime\n";
    const auto choice = project::look_for_interpreter(python);
    for (const auto& place : choice.passed_over) {
      out_ += row("passed over", place.where + ": " + place.why);
    }
    if (!choice.chosen) {
      out_ += row("none", "no CPython 3.13 or newer here");
      suggest("`gilcheck interpreter install 3.13t` builds one (about 2 minutes on 2 cores)");
      return;
    }
    const auto& it = *choice.chosen;
    bool broken = false;
    out_ += row("chosen", it.where + ": " + project::displayable(it.command));
    out_ += row("", abilities(it.facts, broken));
    usable_ = !broken;
    if (broken) {
      suggest("`gilcheck interpreter install 3.13t`, which brings headers, or the headers of " +
              project::displayable(it.facts.executable) + " (python3-dev)");
    }
  }

  void building() {
    out_ += "\nBuilding one\n";
    std::vector<project::BuildNeed> missing;
    std::vector<std::string> seen;
    for (const ManagedName name : {project::kDefaultInterpreter, ManagedName{13, true, true}}) {
      for (auto& need : project::build_needs(name)) {
        if (std::find(seen.begin(), seen.end(), need.name) != seen.end()) continue;
        seen.push_back(need.name);
        const std::string state = need.there       ? need.found
                                  : need.essential ? "missing"
                                                   : "missing: " + need.found;
        out_ += row(need.name, state.empty() ? "missing" : state);
        if (!need.there) missing.push_back(std::move(need));
      }
    }
    const std::string mirror = project::debian_mirror();
    if (project::find_on_path("apt-get").empty()) {
      out_ += row("source", "no apt-get: only --source DIR|TARBALL");
    } else if (mirror.empty()) {
      out_ += row("source", "apt is configured with no Debian mirror: only --source DIR|TARBALL");
    } else {
      out_ += row("source", "apt-get, from " + mirror);
    }
    const auto free = project::free_room(project::interpreters_directory());
    const auto room = project::room_for_build(project::kDefaultInterpreter);
    out_ += row("room", std::to_string(free / 1'000'000) + " MB free, " +
                            std::to_string(room / 1'000'000) + " MB needed");
    if (const std::string command = project::how_to_get(missing, false); !command.empty()) {
      suggest("`" + command + "` for what building lacks");
    }
  }

  std::string out_;
  std::string next_;
  bool usable_ = false;
};

}  // namespace

ExitStatus diagnose_interpreters(const std::string& python) {
  return Doctor().run(python);
}

}  // namespace gilcheck::cli
