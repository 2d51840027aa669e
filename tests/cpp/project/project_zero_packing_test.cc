#include "project/zero_packing.h"

#include <gtest/gtest.h>

namespace gilcheck::project {
namespace {

void expect_round_trip(const std::string& bytes) {
  const std::string packed = pack_zeros(bytes);
  const auto back = unpack_zeros(packed);
  ASSERT_TRUE(back.has_value()) << bytes.size();
  EXPECT_EQ(*back, bytes);
  for (std::size_t cut = 0; cut < packed.size(); ++cut) {
    const auto part = unpack_zeros(std::string_view(packed).substr(0, cut));
    EXPECT_FALSE(part.has_value()) << bytes.size() << " cut at " << cut;
  }
}

TEST(ZeroPacking, RoundTripsAndNoticesTruncation) {
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 64U, 100U, 4099U}) {
    std::string bytes(size, '\0');
    expect_round_trip(bytes);
    for (std::size_t i = 0; i < size; i += 3) bytes[i] = static_cast<char>(i);
    expect_round_trip(bytes);
    expect_round_trip(std::string(size, 'x'));
  }
}

TEST(ZeroPacking, SmallNumbersBecomeSmall) {
  std::string numbers(4000, '\0');
  for (std::size_t i = 0; i < numbers.size(); i += 4) numbers[i] = 'n';
  EXPECT_LT(pack_zeros(numbers).size(), numbers.size() / 2);
  EXPECT_LT(pack_zeros(std::string(100'000, '\0')).size(), 150U);
}

TEST(ZeroPacking, DamagedSizesAreRefused) {
  std::string packed = pack_zeros("some text");
  packed[6] = '\x7f';
  EXPECT_FALSE(unpack_zeros(packed).has_value());
  EXPECT_FALSE(unpack_zeros(pack_zeros("text") + "x").has_value());
}

}  // namespace
}  // namespace gilcheck::project
