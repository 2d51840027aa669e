#pragma once
// The worker processes of a run, from the session's side.

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "clang_plugin/clang_plugin.h"
#include "project/c/parse_protocol.h"

namespace gilcheck::project {

enum class ParseOutcome : std::uint8_t {
  parsed,
  refused,  ///< libclang gave no tree
  late,     ///< took longer than the limit; the worker was killed
  crashed,  ///< the worker died
  no_library,
};

struct ParseResult {
  ParseOutcome outcome = ParseOutcome::no_library;
  std::string text;  ///< the serialised unit, or why there is none
};

/// Starts workers as they are needed, as many as ask at the same time, and keeps them for further
/// units. Thread contract: `lower` and `precompile` may be called concurrently. The destructor ends
/// all workers.
class ParseWorkers {
 public:
  /// `program` is started with kParseWorkerCommand; `seconds` is the limit for one unit.
  ParseWorkers(std::string program, std::vector<std::string> libraries, std::uint32_t seconds);
  ~ParseWorkers();
  ParseWorkers(const ParseWorkers&) = delete;
  ParseWorkers& operator=(const ParseWorkers&) = delete;

  /// Starts a worker to see whether there is a libclang; why not, or "".
  std::string start();

  ParseResult lower(const clang_plugin::Job& job);
  /// Why it failed, or "". `inputs`: see Frontend::precompile.
  std::string precompile(const clang_plugin::Job& header, const std::string& output,
                         std::vector<std::string>& inputs);

 private:
  class Process;
  std::unique_ptr<Process> take(std::string& why);
  void give_back(std::unique_ptr<Process> process);
  ParseResult ask(const ParseRequest& request);

  std::string program_;
  std::vector<std::string> libraries_;
  std::uint32_t seconds_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Process>> idle_;
};

}  // namespace gilcheck::project
