#include "project/file_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>

#include "temporary_tree.h"

namespace gilcheck::project {
namespace {

using testing::HasSubstr;

TEST(FileReader, ReadsBytesAsTheyAre) {
  TemporaryTree tree;
  const std::string bytes("a\0b\xFF\r\n", 6);
  tree.write("x.py", bytes);
  const auto result = read_regular_file(tree.path("x.py"), 100);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.bytes, bytes);
  EXPECT_EQ(result.stamp.size, bytes.size());
}

TEST(FileReader, RefusesWhatIsNoFile) {
  TemporaryTree tree;
  ASSERT_EQ(::mkfifo(tree.path("pipe").c_str(), 0600), 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string socket_path = tree.path("socket");
  std::copy(socket_path.begin(), socket_path.end(), address.sun_path);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_THAT(read_regular_file(tree.path("pipe"), 100).error, HasSubstr("named pipe"));
  EXPECT_THAT(read_regular_file(tree.path("socket"), 100).error, HasSubstr("socket"));
  EXPECT_THAT(read_regular_file(tree.root(), 100).error, HasSubstr("directory"));
  EXPECT_THAT(read_regular_file("/dev/null", 100).error, HasSubstr("device"));
  EXPECT_THAT(read_regular_file(tree.path("none"), 100).error, HasSubstr("no such file"));
  ::close(socket);
}

TEST(FileReader, HoldsTheLimit) {
  TemporaryTree tree;
  tree.write("x.py", std::string(101, 'x'));
  EXPECT_THAT(read_regular_file(tree.path("x.py"), 100).error, HasSubstr("max-file-size"));
  EXPECT_TRUE(read_regular_file(tree.path("x.py"), 101).ok());
}

TEST(FileReader, AFreshStampProvesNothing) {
  TemporaryTree tree;
  tree.write("x.py", "x");
  EXPECT_FALSE(read_regular_file(tree.path("x.py"), 100).settled);
  FileStamp stamp;
  stamp.mtime_ns = 10'000'000'000;
  stamp.ctime_ns = 9'000'000'000;
  EXPECT_FALSE(stamp.settled_at(11'999'999'999));
  EXPECT_TRUE(stamp.settled_at(12'000'000'000));
  EXPECT_FALSE(stamp.settled_at(5'000'000'000));  // a clock that runs behind
}

TEST(FileReader, WritesAtomicallyAndLeavesNothingBehind) {
  TemporaryTree tree;
  EXPECT_EQ(write_file_atomically(tree.path("x"), "one"), "");
  EXPECT_EQ(write_file_atomically(tree.path("x"), "two"), "");
  EXPECT_EQ(read_regular_file(tree.path("x"), 100).bytes, "two");
  EXPECT_NE(write_file_atomically(tree.path("no/x"), "one"), "");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(tree.root()), {}), 1);
}

}  // namespace
}  // namespace gilcheck::project
