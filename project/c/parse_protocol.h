#pragma once
// What the session and a worker process say to each other: frames of a length and that many bytes,
// over one socket. The session asks, the worker answers each question once.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clang_plugin/clang_plugin.h"

namespace gilcheck::project {

/// The word that makes the program a worker.
inline constexpr std::string_view kParseWorkerCommand = "parse-units";

enum class ParseQuestion : std::uint8_t {
  load,        ///< candidates; answered by the version of libclang
  lower,       ///< a job; answered by a serialised unit
  precompile,  ///< a job and the output's name; answered by the list of files it is made of
};

struct ParseRequest {
  ParseQuestion question = ParseQuestion::load;
  std::vector<std::string> candidates;
  clang_plugin::Job job;
  std::string output;
};

struct ParseReply {
  bool ok = false;
  std::string text;  ///< the answer, or why there is none
};

std::string write(const ParseRequest& request);
std::optional<ParseRequest> read_parse_request(std::string_view bytes);
/// Lists of paths as text.
std::string join_list(const std::vector<std::string>& list);
std::vector<std::string> split_list(std::string_view text);
std::string write(const ParseReply& reply);
std::optional<ParseReply> read_parse_reply(std::string_view bytes);

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

enum class Transfer : std::uint8_t { done, closed, late };
/// Never raises SIGPIPE.
Transfer send_frame(int socket, std::string_view bytes, Deadline deadline);
Transfer receive_frame(int socket, std::string& bytes, Deadline deadline);

}  // namespace gilcheck::project
