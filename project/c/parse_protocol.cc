#include "project/c/parse_protocol.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "project/wire.h"

namespace gilcheck::project {

namespace {

constexpr std::uint64_t kLargestFrame = std::uint64_t{3} << 30U;

void put_list(WireWriter& out, const std::vector<std::string>& list) {
  out.put(static_cast<std::uint32_t>(list.size()));
  for (const auto& item : list) out.put(std::string_view(item));
}

std::vector<std::string> get_list(WireReader& in) {
  std::vector<std::string> out;
  const auto count = in.count();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) out.emplace_back(in.text());
  return out;
}

/// Waits until the socket can be used; false when the time is up.
bool wait_for(int socket, short events, const Deadline& deadline) {
  while (true) {
    int timeout = -1;
    if (deadline) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          *deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return false;
      timeout = static_cast<int>(std::min<std::int64_t>(left.count() + 1, 3'600'000));
    }
    pollfd ready{socket, events, 0};
    const int got = ::poll(&ready, 1, timeout);
    if (got > 0) return true;
    if (got < 0 && errno != EINTR) return true;  // the transfer itself will say what is wrong
  }
}

Transfer receive_exactly(int socket, char* to, std::size_t size, const Deadline& deadline) {
  while (size != 0) {
    if (!wait_for(socket, POLLIN, deadline)) return Transfer::late;
    const ssize_t n = ::recv(socket, to, size, 0);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return Transfer::closed;
    to += n;
    size -= static_cast<std::size_t>(n);
  }
  return Transfer::done;
}

Transfer send_exactly(int socket, const char* from, std::size_t size, const Deadline& deadline) {
  while (size != 0) {
    if (!wait_for(socket, POLLOUT, deadline)) return Transfer::late;
    const ssize_t n = ::send(socket, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n < 0) return Transfer::closed;
    from += n;
    size -= static_cast<std::size_t>(n);
  }
  return Transfer::done;
}

}  // namespace

std::string write(const ParseRequest& request) {
  WireWriter out;
  out.put(request.question);
  put_list(out, request.candidates);
  const clang_plugin::Job& job = request.job;
  for (const std::string_view text :
       {std::string_view(job.path), std::string_view(job.relative), std::string_view(job.root),
        std::string_view(job.directory), std::string_view(job.pch)}) {
    out.put(text);
  }
  put_list(out, job.arguments);
  out.put(std::string_view(request.output));
  return out.take();
}

std::optional<ParseRequest> read_parse_request(std::string_view bytes) {
  WireReader in(bytes);
  ParseRequest out;
  out.question = in.enumerator(ParseQuestion::precompile);
  out.candidates = get_list(in);
  for (std::string* text :
       {&out.job.path, &out.job.relative, &out.job.root, &out.job.directory, &out.job.pch}) {
    *text = std::string(in.text());
  }
  out.job.arguments = get_list(in);
  out.output = std::string(in.text());
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return out;
}

std::string join_list(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& item : list) out.append(item).push_back('\0');
  return out;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  for (auto end = text.find('\0'); end != text.npos; end = text.find('\0')) {
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string write(const ParseReply& reply) {
  WireWriter out;
  out.put(static_cast<std::uint8_t>(reply.ok ? 1 : 0));
  out.put(std::string_view(reply.text));
  return out.take();
}

std::optional<ParseReply> read_parse_reply(std::string_view bytes) {
  WireReader in(bytes);
  ParseReply out;
  out.ok = in.flag();
  out.text = std::string(in.text());
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return out;
}

Transfer send_frame(int socket, std::string_view bytes, Deadline deadline) {
  char header[sizeof(std::uint64_t)];
  const std::uint64_t size = bytes.size();
  std::memcpy(header, &size, sizeof size);
  const Transfer first = send_exactly(socket, header, sizeof header, deadline);
  return first == Transfer::done ? send_exactly(socket, bytes.data(), bytes.size(), deadline)
                                 : first;
}

Transfer receive_frame(int socket, std::string& bytes, Deadline deadline) {
  std::uint64_t size = 0;
  char header[sizeof size];
  const Transfer first = receive_exactly(socket, header, sizeof header, deadline);
  if (first != Transfer::done) return first;
  std::memcpy(&size, header, sizeof size);
  if (size > kLargestFrame) return Transfer::closed;
  bytes.resize(size);
  return receive_exactly(socket, bytes.data(), bytes.size(), deadline);
}

}  // namespace gilcheck::project
