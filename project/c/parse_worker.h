#pragma once
// The worker process: the only one that loads libclang, so that nothing a source file does to it
// can do more than end one process.

namespace gilcheck::project {

/// Answers questions (parse_protocol.h) on standard input, which must be a socket, until the other
/// side closes it. Returns the exit status.
int run_parse_worker();

}  // namespace gilcheck::project
