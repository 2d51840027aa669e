#include "report/race_report.h"

#include <fmt/color.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "project/paths.h"
#include "report/frame_line.h"

namespace gilcheck::report {

namespace {

using nlohmann::json;

std::string shown(const json& place) {
  return shown_place(place.value("path", "?"), place.value("line", 0));
}

std::string thread_name(int number) {
  return number == 0 ? "the main thread" : fmt::format("Thread-{}", number);
}

/// Frames of the program under test with their source, of others only those in between.
std::string stack_text(const json& stack) {
  std::string text;
  std::size_t last = 0;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    if (stack[i].value("watched", false)) last = i;
  }
  for (std::size_t i = 0; i <= last && i < stack.size(); ++i) {
    const json& frame = stack[i];
    text +=
        frame_line(frame.value("function", "?"), frame.value("path", ""), frame.value("line", 0));
  }
  return text;
}

std::string lock_text(const json& locks) {
  if (locks.empty()) return "none";
  std::string text;
  for (const json& lock : locks) {
    if (!text.empty()) text += ", ";
    text += lock.value("kind", "Lock");
    for (const json& frame : lock.value("created", json::array())) {
      if (!frame.value("watched", false)) continue;
      text += " made at " + shown(frame);
      break;
    }
  }
  return text;
}

std::string started_text(const json& side) {
  const int number = side.value("thread", 0);
  if (number == 0) return {};
  for (const json& frame : side.value("started_at", json::array())) {
    if (!frame.value("watched", false)) continue;
    return fmt::format("{} started at {} by {}", thread_name(number), shown(frame),
                       thread_name(side.value("started_by", 0)));
  }
  return fmt::format("{} started by {}", thread_name(number),
                     thread_name(side.value("started_by", 0)));
}

/// Each thread of a cycle of locks: what it holds, and what it waits for.
std::string cycle_text(const json& cycle) {
  std::string text;
  std::string starts;
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const json& edge = cycle[i];
    const std::string thread = thread_name(edge.value("thread", 0));
    const json& lock = edge.at("holds");
    const json& created = lock.at("created");
    text += fmt::format("Lock {}, a {}", i + 1, lock.value("kind", "Lock"));
    // The line it was made in mostly has its name.
    text += created.empty() ? "\n" : ", made at:\n" + stack_text(created);
    text +=
        fmt::format("{} acquires lock {}:\n{}", thread, i + 1, stack_text(edge.at("held_since")));
    text += fmt::format("and, holding it, waits for lock {}:\n{}", (i + 1) % cycle.size() + 1,
                        stack_text(edge.at("stack")));
    const std::string started = started_text(edge);
    if (!started.empty()) starts += (starts.empty() ? "" : "; ") + started;
  }
  return starts.empty() ? text : text + starts + "\n";
}

/// The findings of `gilcheck check` that a report is about.
std::string confirmed_text(const json& report,
                           const std::vector<project::StaticFinding>& findings) {
  std::string text;
  for (const json& fingerprint : report.value("confirms", json::array())) {
    const auto found = std::ranges::find(findings, fingerprint.get<std::string>(),
                                         &project::StaticFinding::fingerprint);
    if (found == findings.end()) continue;
    text += fmt::format("Confirms {} at {}:{}, found by gilcheck check\n", found->rule,
                        project::displayable(found->path), found->region.front().line);
  }
  return text;
}

/// What became of each finding, those that came furthest first.
std::string findings_text(const std::vector<project::StaticFinding>& findings) {
  if (findings.empty()) return {};
  std::vector<const project::StaticFinding*> order;
  for (const project::StaticFinding& finding : findings) order.push_back(&finding);
  std::ranges::stable_sort(order, std::ranges::greater(), &project::StaticFinding::status);
  std::string text = "What gilcheck check found, in this run:\n";
  for (const project::StaticFinding* finding : order) {
    text += fmt::format("  {:<9}  {}  {}:{}  {}\n", to_string(finding->status), finding->rule,
                        project::displayable(finding->path), finding->region.front().line,
                        project::displayable(finding->location));
  }
  return text +
         "static: did not run. exercised: ran, in one thread or on objects of its own.\n"
         "shared: several threads ran it on the same object, in order or under a lock.\n"
         "predicted: some schedule tears it.\n";
}

std::string block(const json& report, bool color,
                  const std::vector<project::StaticFinding>& findings) {
  const json& closing = report.at("closing");
  const json& other = report.at("other");
  const json& opened = report.at("opened");
  const RaceWords words = words_of(report.value("pattern", ""));
  const auto style = color ? fmt::emphasis::bold | fg(fmt::terminal_color::red) : fmt::text_style();
  std::string text = "==================\n";
  text += fmt::format(style, "{}", words.headline);
  text += fmt::format("  {}, {} ({}", project::displayable(report.value("location", "?")),
                      shown(opened), report.value("gil", ""));
  const auto count = report.value("count", 1ULL);
  if (count > 1) text += fmt::format(", {} times", count);
  text += ")\n  " + words.harm + "\n" + confirmed_text(report, findings);
  const std::string test =
      report.contains("test")
          ? "Seen first in " + project::displayable(report.value("test", "")) + "\n"
          : "";
  if (report.contains("cycle"))
    return text + cycle_text(report.at("cycle")) + test + "==================\n";
  text += fmt::format("{} by {}:\n{}", other.value("access", "") == "read" ? "Read" : "Write",
                      thread_name(other.value("thread", 0)), stack_text(other.at("stack")));
  text += fmt::format("Region of {}, from {} to:\n{}", thread_name(closing.value("thread", 0)),
                      shown(opened), stack_text(closing.at("stack")));
  std::string starts = started_text(closing);
  if (other.value("thread", 0) != closing.value("thread", 0)) {
    const std::string also = started_text(other);
    if (!also.empty()) starts += (starts.empty() ? "" : "; ") + also;
  }
  if (!starts.empty()) text += starts + "\n";
  text += test;
  text += fmt::format("Locks: {} {}; {} {}\n", thread_name(closing.value("thread", 0)),
                      lock_text(closing.at("locks")), thread_name(other.value("thread", 0)),
                      lock_text(other.at("locks")));
  return text + "==================\n";
}

}  // namespace

RaceWords words_of(std::string_view pattern) {
  if (pattern == "lost-update") {
    return {"TORN REGION", "a write of another thread between the read and the write is lost"};
  }
  if (pattern == "check-then-act") {
    return {"TORN REGION", "another thread can change it between the test and the act"};
  }
  if (pattern == "check-then-use") {
    return {"TORN REGION", "what the test found can be gone when it is used"};
  }
  if (pattern == "iteration") {
    return {"TORN ITERATION", "elements come or go while another thread walks over them"};
  }
  if (pattern == "shared-iterator") {
    return {"SHARED ITERATOR", "two threads advance one iterator"};
  }
  if (pattern == "compound-call") {
    return {"TORN CALL", "the call takes several steps, between which another thread comes"};
  }
  if (pattern == "torn-pair") {
    return {"TORN PAIR",
            "two values that belong together are stored one after the other: another "
            "thread gets an old one and a new one"};
  }
  if (pattern == "early-publication") {
    return {"EARLY PUBLICATION",
            "the object can be found by others before it is complete: another thread uses it then"};
  }
  if (pattern == "lock-order") {
    return {"LOCK ORDER",
            "threads take these locks in different orders: they can wait for each other for ever"};
  }
  return {"UNORDERED WRITES", "which of the two values stays depends on the schedule"};
}

std::string race_text(const project::RunResult& result, bool color, bool information) {
  std::string text;
  for (const json& report : result.reports) {
    if (report.contains("suppressed")) continue;
    if (report.value("severity", "info") != "info" || information)
      text += block(report, color, result.findings);
  }
  return text + findings_text(result.findings);
}

std::string race_json(const project::RunResult& result, const std::string& interpreter,
                      const std::vector<std::string>& command) {
  json findings = json::array();
  for (const project::StaticFinding& finding : result.findings) {
    findings.push_back({{"rule", finding.rule},
                        {"fingerprint", finding.fingerprint},
                        {"location", finding.location},
                        {"path", finding.path},
                        {"line", finding.region.front().line},
                        {"status", to_string(finding.status)}});
  }
  const json all = {{"version", 1},
                    {"interpreter", interpreter},
                    {"command", command},
                    {"status", result.status},
                    {"processes", result.processes},
                    {"troubles", result.troubles},
                    {"cut_short", result.cut_short},
                    {"still_running", result.still_running},
                    {"findings", findings},
                    {"reports", result.reports}};
  return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace gilcheck::report
